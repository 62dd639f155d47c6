"""What the newsroom of these tests writes: titles and bodies in four languages, with everything that is hard to keep whole."""

TITLES = {
    "en": [
        "The river rises", "Élan vital: a café at 100 % of its size", "the RIVER falls", "Under_score and back\\slash", "Trains late again",
        "🚆 Emoji on the line", "A <b>bold</b> \"title\" & more", "Zebra crossings", "Apples, 10_000 of them", "Naïve façade",
        "Horses at dawn", "The mayor speaks", "Same title", "Same title", "Quiet streets",
    ],
    "fr": [
        "Les élèves en grève", "Des chevaux dans la ville", "Été indien", "L’œuvre au noir", "À la une", "Le maire répond", "Zones d’ombre",
        "Un cheval de bois", "Même titre", "Même titre", "Ça bouge", "Île flottante", "Garçon manqué", "Noël en juillet", "Le fleuve monte",
    ],
    "ja": [
        "東京の川", "新幹線が遅れる", "カフェの百年", "ひらがなだけ", "馬と街", "市長の答え", "静かな通り", "夏の終わり", "電車 とまる", "水",
        "ＡＢＣ社の話", "東京都の予算", "川と海", "祭り", "駅前",
    ],
    "zh": [
        "北京的河", "高铁晚点", "咖啡馆一百年", "市长回答", "马与城市", "安静的街道", "夏天结束", "水", "城市河流", "車站",
        "苹果", "地铁", "节日", "新闻", "大街",
    ],
}  # fmt: skip
WORDS = {
    "en": "Horses were running along the river while the students waited for the trains. 50% of them <script>alert(1)</script> had left.",
    "fr": "Les chevaux couraient le long du fleuve ; les élèves attendaient les trains à l’été. Le cheval était déjà parti.",
    "ja": "東京の川は静かに流れている。学生たちは電車を待っていた。馬は走り、水は光る。",
    "zh": "北京的河静静流淌。学生们在等火车。马在跑，水在发光。城市的人们回家了。",
}
EVERY_BLOCK = """# A heading with *stress*

A paragraph with a [link]({article} "t") to an article, <script>alert(1)</script> and an emoji 🚆.

- one
- two
  1. inner
  2. second
     - third

3. three
4. four

> To be is to do.
>
> — Nobody

![A bend of the river]({asset} "Its caption")

![]({other_asset})

![far away](https://pictures.example/a.jpg)

```python
print("50%")
```

| a | b | c |
|:--|:-:|--:|
| 1 | 2 | *3* |

https://www.youtube.com/watch?v=dQw4w9WgXcQ

> [!WARNING]
> Take care.

[Read this, too]({article}#part)

[]({other_article})

---

<details><summary>More</summary><p>Inside</p></details>
"""
