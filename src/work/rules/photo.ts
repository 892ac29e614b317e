/**
 * Photos by their bytes: JPEG, PNG and WebP are taken apart into their segments, and put together again of those that make
 * the picture. What says where, when, by what or by whom it was made is in none of them. Of Exif only the orientation
 * goes on, written anew: telephones hold the camera any way up. Pure.
 */

export type Cleaned = { type: 'image/jpeg' | 'image/png' | 'image/webp'; bytes: Uint8Array<ArrayBuffer> }

/** The picture without its metadata; undefined for what is no whole JPEG, PNG or still WebP. */
export function cleanImage(bytes: Uint8Array): Cleaned | undefined {
  const make = formats.find(({ begins }) => begins(bytes))
  const parts = make?.clean(bytes)
  return make && parts ? { type: make.type, bytes: joined(parts) } : undefined
}

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))
const startsWith = (bytes: Uint8Array, ...start: number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte)
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const formats: {
  type: Cleaned['type']
  begins: (bytes: Uint8Array) => boolean
  clean: (bytes: Uint8Array) => Uint8Array[] | undefined
}[] = [
  { type: 'image/jpeg', begins: (bytes) => startsWith(bytes, 0xff, 0xd8, 0xff), clean: cleanJpeg },
  {
    type: 'image/png',
    begins: (bytes) => startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    clean: cleanPng,
  },
  {
    type: 'image/webp',
    begins: (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP',
    clean: cleanWebp,
  },
]

// JPEG: ITU-T T.81, annex B. Markers are FF and a byte; those of `alone` have no length.
const [SOI, EOI, SOS, APP0, APP15, COM] = [0xd8, 0xd9, 0xda, 0xe0, 0xef, 0xfe]
const isAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

function cleanJpeg(bytes: Uint8Array): Uint8Array[] | undefined {
  const view = viewOf(bytes)
  const parts: Uint8Array[] = [bytes.subarray(0, 2)]
  let [frame, scan] = [false, false]
  for (let at = 2; at + 2 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === EOI) {
      parts.push(bytes.subarray(at, at + 2))
      // What follows the end is no part of the picture: a film, a second picture with its own metadata.
      return frame && scan ? parts : undefined
    }
    if (marker === SOI || marker === 0x00) return undefined
    if (isAlone(marker)) {
      parts.push(bytes.subarray(at, at + 2))
      at += 2
      continue
    }
    if (at + 4 > bytes.length) return undefined
    const end = at + 2 + view.getUint16(at + 2)
    if (end < at + 4 || end > bytes.length) return undefined
    const segment = bytes.subarray(at, end)
    if (isFrame(marker)) {
      if (end < at + 9 || view.getUint16(at + 5) === 0 || view.getUint16(at + 7) === 0) return undefined
      frame = true
    }
    if (marker === APP0 + 1) parts.push(...orientationOf(segment))
    else if (!isMetadata(marker, segment)) parts.push(segment)
    at = end
    if (marker !== SOS) continue
    scan = true
    const from = at
    while (at < bytes.length && !(bytes[at] === 0xff && bytes[at + 1] !== 0 && !isAlone(bytes[at + 1] ?? 0)))
      at++
    parts.push(bytes.subarray(from, at))
  }
  return undefined
}

/** All that applications add, but how to read the colours: JFIF's header, the colour profile, Adobe's transform. */
function isMetadata(marker: number, segment: Uint8Array): boolean {
  if (marker === COM) return true
  if (marker < APP0 || marker > APP15) return false
  const name = ascii(segment, 4, 11)
  return !(
    (marker === APP0 && name.startsWith('JFIF\0') && segment.length === 18) ||
    (marker === APP0 + 2 && name === 'ICC_PROFILE') ||
    (marker === APP0 + 14 && name.startsWith('Adobe') && segment.length === 16)
  )
}

/** An Exif segment with nothing but the orientation of this one, where it has any but the usual. */
function orientationOf(segment: Uint8Array): Uint8Array[] {
  const header = 10
  if (ascii(segment, 4, 6) !== 'Exif\0\0' || segment.length < header + 14) return []
  const view = viewOf(segment.subarray(header))
  const little = view.getUint16(0) === 0x4949
  if (view.getUint16(2, little) !== 42) return []
  const first = view.getUint32(4, little)
  if (first + 2 > view.byteLength) return []
  const count = view.getUint16(first, little)
  for (let i = 0; i < count; i++) {
    const entry = first + 2 + 12 * i
    if (entry + 12 > view.byteLength) return []
    if (view.getUint16(entry, little) !== 0x0112) continue
    const orientation = view.getUint16(entry + 8, little)
    if (orientation < 2 || orientation > 8) return []
    // Big-endian TIFF, one entry: tag 0112, SHORT, one of it.
    const tiff = [
      0x4d,
      0x4d,
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      orientation,
      0,
      0,
      0,
      0,
      0,
      0,
    ]
    return [Uint8Array.of(0xff, 0xe1, 0, 8 + tiff.length, 0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff)]
  }
  return []
}

// PNG: ISO/IEC 15948. Chunks are length, type, data, CRC.
const pngKept = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS'],
  ...['gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT', 'bKGD', 'pHYs'],
])

function cleanPng(bytes: Uint8Array): Uint8Array[] | undefined {
  const view = viewOf(bytes)
  const parts: Uint8Array[] = [bytes.subarray(0, 8)]
  let data = false
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at)
    const type = ascii(bytes, at + 4, 4)
    if (end > bytes.length || (at === 8) !== (type === 'IHDR')) return undefined
    if (type === 'IHDR' && (end !== at + 25 || view.getUint32(at + 8) === 0 || view.getUint32(at + 12) === 0))
      return undefined
    if (type === 'IDAT') data = true
    if (pngKept.has(type)) parts.push(bytes.subarray(at, end))
    if (type === 'IEND') return data ? parts : undefined
    at = end
  }
  return undefined
}

// WebP: RFC 9649. RIFF chunks are type, length (little-endian), data, padded to even.
const webpKept = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP'])
const [hasExif, hasXmp, isAnimated] = [0x08, 0x04, 0x02]

function cleanWebp(bytes: Uint8Array): Uint8Array[] | undefined {
  const view = viewOf(bytes)
  const size = bytes.length >= 12 ? 8 + view.getUint32(4, true) : 0
  if (size > bytes.length || size < 20) return undefined
  const parts: Uint8Array[] = []
  let picture = false
  for (let at = 12; at + 8 <= size; ) {
    const type = ascii(bytes, at, 4)
    const length = view.getUint32(at + 4, true)
    const end = at + 8 + length + (length % 2)
    if (end > size + 1 || at + 8 + length > size) return undefined
    if (type === 'VP8 ' || type === 'VP8L') picture = true
    if (webpKept.has(type)) {
      const chunk = bytes.slice(at, Math.min(end, size))
      if (type === 'VP8X') {
        if (((chunk[8] ?? 0) & isAnimated) !== 0) return undefined
        chunk[8] = (chunk[8] ?? 0) & ~(hasExif | hasXmp)
      }
      parts.push(chunk)
    }
    at = end
  }
  if (!picture) return undefined
  const header = bytes.slice(0, 12)
  const length = parts.reduce((sum, part) => sum + part.length, 4)
  viewOf(header).setUint32(4, length, true)
  return [header, ...parts]
}
