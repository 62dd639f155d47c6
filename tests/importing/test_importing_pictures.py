"""Where the pictures of an import come from, and what becomes of those that cannot be had."""

from pathlib import Path

import pytest

from cms.assets.description import AssetFields
from cms.assets.library import update_asset
from cms.ids import public_id
from cms.importing.documents import ImportedAsset, MediaKind
from cms.importing.fetching import WebPictures
from cms.importing.media_folder import MediaFolder
from cms.importing.missing import PictureMissing
from cms.importing.pictures import NO_SOURCE, Pictures
from cms.permissions import SYSTEM
from tests.importing.exports import SITE, attachment, export, meta, post
from tests.importing.storing import Newsroom, outcomes
from tests.pictures import encoded, hostile_pictures, png
from tests.websites import LOOPBACK, found, leading_to, website

UPLOADS = f"https://{SITE}/wp-content/uploads"
SHOWN = f'<img class="wp-image-7" src="{UPLOADS}/2024/03/quay-300x200.jpg" alt="In the text">'
ILLUSTRATED = export(
    attachment(7, "2024/03/quay.jpg", caption="The quay", alt="A quay"),
    post(SHOWN, more=meta(_thumbnail_id="7")),
)


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    """A copy of the old site's uploads, with one picture."""
    folder = tmp_path / "uploads"
    (folder / "2024/03").mkdir(parents=True)
    (folder / "2024/03/quay.jpg").write_bytes(encoded(".jpg"))
    return folder


def asset(url: str, *, uploaded_path: str | None = None) -> ImportedAsset:
    return ImportedAsset("key", url, url.rpartition("/")[2], MediaKind.IMAGE, uploaded_path=uploaded_path)


async def test_a_picture_of_the_folder_is_stored_with_its_texts(newsroom: Newsroom, uploads: Path) -> None:
    summary = await newsroom.take(ILLUSTRATED, pictures=Pictures(MediaFolder(uploads)))
    live = await newsroom.live("a-title")

    assert outcomes(summary, "asset") == (1, 0, 0)
    assert live.body_markdown == f"![In the text](asset:{public_id('asset', live.cover_id)})"
    asset = live.cover["asset"]
    assert (asset["alt"], asset["caption"]) == ("A quay", "The quay")
    [key] = newsroom.storage.keys(f"assets/{live.cover_id}/")
    assert newsroom.storage.get(key) == encoded(".jpg")
    assert sum(summary.warnings.values()) == 0


async def test_the_same_pictures_again_are_not_read_again(newsroom: Newsroom, uploads: Path) -> None:
    await newsroom.take(ILLUSTRATED, pictures=Pictures(MediaFolder(uploads)))
    before = await newsroom.state()
    again = await newsroom.take(ILLUSTRATED)
    assert outcomes(again, "asset") == (0, 0, 1)
    assert again.is_unchanged
    assert await newsroom.state() == before


async def test_without_pictures_the_text_shows_them_from_the_website(newsroom: Newsroom) -> None:
    summary = await newsroom.take(ILLUSTRATED.replace("https://gazette", "http://gazette"))
    live = await newsroom.live("a-title")

    assert live.cover_id is None
    assert live.body_markdown == f"![In the text]({UPLOADS}/2024/03/quay.jpg)"
    assert summary.skipped["asset", NO_SOURCE] == 1
    assert set(summary.warnings) == {
        "A picture in a text could not be stored: the text shows it from the old site",
        "A picture's address was http: and was written https:",
        "The picture of its cover could not be stored: it has no cover",
    }


async def test_pictures_can_be_brought_later(newsroom: Newsroom, uploads: Path) -> None:
    await newsroom.take(ILLUSTRATED)
    summary = await newsroom.take(ILLUSTRATED, pictures=Pictures(MediaFolder(uploads)))
    live = await newsroom.live("a-title")
    assert (outcomes(summary, "asset"), outcomes(summary)) == ((1, 0, 0), (0, 1, 0))
    assert live.body_markdown == f"![In the text](asset:{public_id('asset', live.cover_id)})"


async def test_a_dry_run_puts_nothing_into_the_bucket(newsroom: Newsroom, uploads: Path) -> None:
    pictures = Pictures(MediaFolder(uploads))
    state, keys = await newsroom.state(), newsroom.storage.keys("")
    rehearsed = await newsroom.rehearse(ILLUSTRATED, pictures=pictures)
    assert (await newsroom.state(), newsroom.storage.keys("")) == (state, keys)
    real = await newsroom.take(ILLUSTRATED, pictures=pictures)
    assert (rehearsed.taken, rehearsed.warnings) == (real.taken, real.warnings)


@pytest.mark.parametrize("name", sorted(hostile_pictures()))
async def test_a_hostile_file_is_left_out_with_its_reason(
    newsroom: Newsroom, uploads: Path, name: str
) -> None:
    (uploads / "2024/03/quay.jpg").write_bytes(hostile_pictures()[name])
    keys = newsroom.storage.keys("assets/")
    summary = await newsroom.take(ILLUSTRATED, pictures=Pictures(MediaFolder(uploads)))

    assert outcomes(summary) == (1, 0, 0)
    assert [noun for noun, _ in summary.skipped] == ["asset"]
    assert await newsroom.count("asset") == 0
    assert newsroom.storage.keys("assets/") == keys
    assert (await newsroom.live("a-title")).body_markdown == f"![In the text]({UPLOADS}/2024/03/quay.jpg)"


async def test_the_same_bytes_are_one_asset_and_each_cover_keeps_its_words(
    newsroom: Newsroom, uploads: Path
) -> None:
    (uploads / "2024/03/twin.jpg").write_bytes(encoded(".jpg"))
    twins = export(
        attachment(7, "2024/03/quay.jpg", caption="The quay", alt="A quay"),
        attachment(8, "2024/03/twin.jpg", caption="The same quay", alt="Again"),
        post(number=1, slug="one", more=meta(_thumbnail_id="7")),
        post(number=2, slug="two", more=meta(_thumbnail_id="8")),
    )
    await newsroom.take(twins, pictures=Pictures(MediaFolder(uploads)))
    one, two = await newsroom.live("one"), await newsroom.live("two")

    assert await newsroom.count("asset") == 1
    assert one.cover_id == two.cover_id
    captions = {row.cover_caption or row.cover["asset"]["caption"] for row in (one, two)}
    assert captions == {"The quay", "The same quay"}


async def test_what_was_said_of_a_picture_here_stays(newsroom: Newsroom, uploads: Path) -> None:
    await newsroom.take(ILLUSTRATED, pictures=Pictures(MediaFolder(uploads)))
    live = await newsroom.live("a-title")
    followed = await newsroom.take(ILLUSTRATED.replace("The quay", "A harbour"))
    async with newsroom.database.transaction() as session:
        await update_asset(session, SYSTEM, live.cover_id, AssetFields(caption="Ours"))
    left = await newsroom.take(ILLUSTRATED.replace("The quay", "A port"))

    assert (outcomes(followed, "asset"), outcomes(left, "asset")) == ((0, 1, 0), (0, 0, 1))
    assert (await newsroom.live("a-title")).cover["asset"]["caption"] == "Ours"


async def test_files_that_are_no_pictures_are_counted(newsroom: Newsroom) -> None:
    summary = await newsroom.take(export(attachment(9, "2024/song.mp3"), attachment(10, "2024/paper.pdf")))
    assert sorted(noun for noun, _ in summary.skipped) == ["audio", "file"]


def test_the_folder_is_searched_by_path_then_by_name(uploads: Path) -> None:
    (uploads / "2023").mkdir()
    (uploads / "2023/quay.jpg").write_bytes(b"another")
    (uploads / "2023/boat.jpg").write_bytes(b"boat")
    folder = MediaFolder(uploads)

    by_path = folder.find(asset(f"{UPLOADS}/x.jpg", uploaded_path="2023/quay.jpg"))
    by_size = folder.find(asset(f"{UPLOADS}/2024/03/quay-1024x768.jpg"))
    assert (by_path, by_size) == (uploads / "2023/quay.jpg", uploads / "2024/03/quay.jpg")
    assert folder.find(asset("https://cdn.example/a/BOAT.jpg")) == uploads / "2023/boat.jpg"
    assert folder.find(asset(f"{UPLOADS}/none.jpg")) is None
    with pytest.raises(PictureMissing, match="several files"):
        folder.find(asset("https://cdn.example/a/quay.jpg"))


def test_nothing_outside_the_folder_is_opened(uploads: Path) -> None:
    secret = uploads.parent / "secret.jpg"
    secret.write_bytes(b"secret")
    (uploads / "link.jpg").symlink_to(secret)
    folder = MediaFolder(uploads)
    for path in ("../secret.jpg", "..\\secret.jpg", str(secret), "link.jpg"):
        assert folder.find(asset(f"{UPLOADS}/{path}", uploaded_path=path)) is None


async def reason_of(web: WebPictures, url: str) -> str:
    with pytest.raises(PictureMissing) as raised:
        async with web.having(url):
            pass
    return raised.value.message


async def test_a_picture_is_fetched_from_the_website(newsroom: Newsroom) -> None:
    async with website(quay=found(png())) as site:
        web = WebPictures(bytes_max=1_000_000, reach=LOOPBACK)
        written = export(post(f'<img src="{site.url}/quay" alt="A quay">'))
        summary = await newsroom.take(written, pictures=Pictures(web=web))
        await web.close()

    assert outcomes(summary, "asset") == (1, 0, 0)
    assert site.asked == ["/quay"]
    assert (await newsroom.live("a-title")).body_markdown.startswith("![A quay](asset:asset_")


async def test_what_cannot_be_fetched_is_told_with_its_reason() -> None:
    async with website(big=found(bytes(2_000)), away=leading_to("file:///etc/passwd")) as site:
        web = WebPictures(bytes_max=1_000, reach=LOOPBACK)
        reasons = [await reason_of(web, f"{site.url}/{name}") for name in ("none", "big", "away")]
        odd = [await reason_of(web, url) for url in ("file:///etc/passwd", "ftp://127.0.0.1/x", "http://")]
        await web.close()
    assert reasons[:2] == [
        "the old site answered 404",
        "it has more than 1,000 bytes, which are the most here",
    ]
    assert all("did not answer" in reason for reason in [reasons[2], *odd])


async def test_no_address_of_the_house_is_asked() -> None:
    async with website(secret=found(png())) as site:
        web = WebPictures(bytes_max=1_000_000)
        port = site.url.rpartition(":")[2]
        reasons = {
            await reason_of(web, f"http://{host}:{port}/secret")
            for host in ("127.0.0.1", "localhost", "[::1]")
        }
        await web.close()
    assert reasons == {"its address is not on the public internet"}
    assert site.asked == []
