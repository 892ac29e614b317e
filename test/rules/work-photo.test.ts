import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanImage } from '../../src/work/rules/photo.ts'
import { scaled } from '../scale.ts'

/** Pictures made by hand, with and without what should not be kept. */

const text = (words: string) => [...words].map((char) => char.charCodeAt(0))
const u16 = (n: number) => [n >> 8, n & 255]
const u32 = (n: number) => [...u16(n >>> 16), ...u16(n & 0xffff)]
const little = (n: number) => u32(n).toReversed()
const secret = 'GPS 51.9225 N, 4.47917 E'

const segment = (marker: number, data: number[]) => [0xff, marker, ...u16(data.length + 2), ...data]
const frame = segment(0xc0, [8, ...u16(1), ...u16(1), 1, 1, 0x11, 0])
const scan = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]
/** Little-endian TIFF with an orientation and a place. */
const exif = (orientation: number) => [
  ...text('Exif\0\0II*\0'),
  ...little(8),
  ...[2, 0],
  ...[0x12, 0x01, 3, 0, ...little(1), orientation, 0, 0, 0],
  ...[0x25, 0x88, 4, 0, ...little(1), ...little(38)],
  ...little(0),
  ...text(secret),
]
const jfif = segment(0xe0, [...text('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0])
const profile = segment(0xe2, [...text('ICC_PROFILE\0'), 1, 1, 7, 7, 7])
const jpeg = (...extra: number[][]) => [
  0xff,
  0xd8,
  ...jfif,
  ...extra.flat(),
  ...profile,
  ...frame,
  ...scan,
  0xff,
  0xd9,
]

const chunk = (type: string, data: number[]) => [...u32(data.length), ...text(type), ...data, 1, 2, 3, 4]
const pngStart = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const png = (...extra: number[][]) => [
  ...pngStart,
  ...chunk('IHDR', [...u32(1), ...u32(1), 8, 6, 0, 0, 0]),
  ...extra.flat(),
  ...chunk('IDAT', [1, 2, 3]),
  ...chunk('IEND', []),
]

const riff = (type: string, data: number[]) => [
  ...text(type),
  ...little(data.length),
  ...data,
  ...(data.length % 2 === 1 ? [0] : []),
]
const webp = (flags: number, ...extra: number[][]) => {
  const body = [
    ...text('WEBP'),
    ...riff('VP8X', [flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ...riff('VP8L', [0x2f, 1, 2]),
    ...extra.flat(),
  ]
  return [...text('RIFF'), ...little(body.length), ...body]
}

const clean = (bytes: number[]) => cleanImage(Uint8Array.from(bytes))
const told = (bytes: Uint8Array | undefined) => String.fromCharCode(...(bytes ?? []))

test('a JPEG keeps its picture and colours, and loses place, words, and what follows its end', () => {
  const xmp = segment(0xe1, text(`http://ns.adobe.com/xap/1.0/\0${secret}`))
  const iptc = segment(0xed, text(`Photoshop 3.0\0${secret}`))
  const maker = segment(0xe5, text(secret))
  const comment = segment(0xfe, text(secret))
  const kept = clean([...jpeg(segment(0xe1, exif(1)), xmp, iptc, maker, comment), ...text(secret)])
  expect(kept?.type).toBe('image/jpeg')
  expect([...(kept?.bytes ?? [])]).toEqual(jpeg())
})

test('of Exif only the orientation goes on, and twice cleaned is once cleaned', () => {
  const kept = clean(jpeg(segment(0xe1, exif(6))))
  expect(told(kept?.bytes)).not.toContain('GPS')
  const written = segment(0xe1, [
    ...text('Exif\0\0MM\0*'),
    ...u32(8),
    ...u16(1),
    ...[1, 0x12, 0, 3],
    ...u32(1),
    ...u16(6),
    0,
    0,
    ...u32(0),
  ])
  expect([...(kept?.bytes ?? [])]).toEqual(jpeg(written))
  expect(clean([...(kept?.bytes ?? [])])?.bytes).toEqual(kept?.bytes)
  for (const odd of [0, 9, 255])
    expect([...(clean(jpeg(segment(0xe1, exif(odd))))?.bytes ?? [])]).toEqual(jpeg())
})

test('a JPEG of several scans is followed to its end', () => {
  const progressive = [0xff, 0xd8, ...frame, ...scan, ...segment(0xfe, text(secret)), ...scan, 0xff, 0xd9]
  const kept = clean(progressive)
  expect(told(kept?.bytes)).not.toContain('GPS')
  expect(kept?.bytes.length).toBe(progressive.length - secret.length - 4)
})

test('a PNG keeps what it is drawn of', () => {
  const kept = clean([
    ...png(
      chunk('gAMA', u32(45_455)),
      chunk('eXIf', exif(6)),
      chunk('tEXt', text(secret)),
      chunk('iTXt', text(secret)),
      chunk('tIME', [1]),
    ),
    ...text(secret),
  ])
  expect(kept?.type).toBe('image/png')
  expect([...(kept?.bytes ?? [])]).toEqual(png(chunk('gAMA', u32(45_455))))
})

test('a WebP too, and says no more that it has what it lost', () => {
  const kept = clean([
    ...webp(0x2c, riff('EXIF', exif(6)), riff('XMP ', text(secret)), riff('ODD ', text(secret))),
    ...text(secret),
  ])
  expect(kept?.type).toBe('image/webp')
  expect([...(kept?.bytes ?? [])]).toEqual(webp(0x20))
})

test('what is no whole picture is refused', () => {
  const none = [
    ...[
      [],
      text('<svg onload="x">'),
      text('GIF89a'),
      pngStart,
      [0xff, 0xd8, 0xff, 0xd9],
      jpeg().slice(0, -2),
    ],
    ...[jpeg().slice(0, 40), png().slice(0, -12), png().slice(0, 50), webp(0x20).slice(0, -1), webp(0x02)],
    // A picture of no size; chunks out of order; none of the data.
    [0xff, 0xd8, ...segment(0xc0, [8, 0, 0, 0, 1, 1, 1, 0x11, 0]), ...scan, 0xff, 0xd9],
    [
      ...pngStart,
      ...chunk('IDAT', [1]),
      ...chunk('IHDR', [...u32(1), ...u32(1), 8, 6, 0, 0, 0]),
      ...chunk('IEND', []),
    ],
    [...pngStart, ...chunk('IHDR', [...u32(1), ...u32(1), 8, 6, 0, 0, 0]), ...chunk('IEND', [])],
    [...text('RIFF'), ...little(4), ...text('WEBP')],
  ]
  for (const bytes of none)
    expect([bytes.slice(0, 12), clean(bytes)]).toEqual([bytes.slice(0, 12), undefined])
})

test('whatever the bytes, it ends, and never makes a picture larger by more than an orientation', () => {
  const base = fc.constantFrom(
    jpeg(segment(0xe1, exif(6))),
    png(chunk('eXIf', exif(3))),
    webp(0x2c, riff('EXIF', exif(6))),
  )
  const spoilt = fc
    .tuple(base, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }), fc.nat())
    .map(([bytes, changes, cut]) => {
      const copy = [...bytes]
      for (const [at, to] of changes) copy[at % copy.length] = to
      return cut % 3 === 0 ? copy.slice(0, cut % copy.length) : copy
    })
  fc.assert(
    fc.property(spoilt, (bytes) => {
      const kept = clean(bytes)
      if (kept) expect(kept.bytes.length).toBeLessThanOrEqual(bytes.length + 36)
    }),
    { numRuns: scaled(500, 50_000), seed: scaled(1, Date.now()) },
  )
})
