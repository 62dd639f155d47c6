// What a server of pictures is at its shortest: the original comes in, sharp makes the picture, and it goes out. Nothing is stored, nothing checked.
// GET /made/{width}x{height}?…        from the file PEER_FILE
// GET /fetched/{width}x{height}?…     from the address PEER_SOURCE, as imgproxy does
// GET /kept/{width}x{height}          made once, then out of this process's memory

import { createServer } from 'node:http'
import sharp from 'sharp'

const quality = Number(process.env.PEER_QUALITY)
const effort = Number(process.env.PEER_EFFORT)
const kept = new Map()
// As in the processes of Kiosque: what was decoded once is not kept for the next.
sharp.cache(false)

async function original(way) {
  if (way !== 'fetched') return process.env.PEER_FILE
  const response = await fetch(process.env.PEER_SOURCE)
  if (!response.ok) throw new Error(`the store answers ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}

async function make(way, width, height) {
  return sharp(await original(way), { failOn: 'error' })
    .autoOrient()
    .resize({ width, height, fit: 'cover', withoutEnlargement: true })
    .webp({ quality, effort })
    .toBuffer()
}

async function found(way, width, height) {
  if (way !== 'kept') return make(way, width, height)
  const key = `${width}x${height}`
  if (!kept.has(key)) kept.set(key, make(way, width, height))
  return kept.get(key)
}

createServer(async (request, response) => {
  const match = /^\/(made|fetched|kept)\/(\d+)x(\d+)(\?|$)/.exec(request.url)
  if (!match) return response.writeHead(404).end()
  try {
    const picture = await found(match[1], Number(match[2]), Number(match[3]))
    response.writeHead(200, { 'Content-Type': 'image/webp', 'Content-Length': picture.length }).end(picture)
  } catch (error) {
    console.error(error)
    response.writeHead(500).end()
  }
}).listen(Number(process.env.PEER_PORT), '127.0.0.1')
