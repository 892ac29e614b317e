import { inflateSync } from 'node:zlib'

/**
 * The plain font inside a WOFF 1.0 file (W3C, WOFF File Format 1.0): a browser takes only plain fonts from the
 * system, and npm has only packed ones.
 */
export function unpackWoff(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('Not a WOFF font')
  const count = woff.readUInt16BE(12)
  const header = Buffer.alloc(12 + 16 * count)
  woff.copy(header, 0, 4, 8) // flavour
  header.writeUInt16BE(count, 4)
  const power = Math.floor(Math.log2(count))
  header.writeUInt16BE(16 * 2 ** power, 6)
  header.writeUInt16BE(power, 8)
  header.writeUInt16BE(16 * (count - 2 ** power), 10)
  const parts = [header]
  let end = header.length
  for (let table = 0; table < count; table++) {
    const entry = 44 + 20 * table
    const [offset, packed, plain] = [4, 8, 12].map((at) => woff.readUInt32BE(entry + at)) as [
      number,
      number,
      number,
    ]
    const stored = woff.subarray(offset, offset + packed)
    const padded = Buffer.alloc(Math.ceil(plain / 4) * 4)
    ;(packed < plain ? inflateSync(stored) : stored).copy(padded)
    const line = 12 + 16 * table
    woff.copy(header, line, entry, entry + 4) // tag
    woff.copy(header, line + 4, entry + 16, entry + 20) // checksum
    header.writeUInt32BE(end, line + 8)
    header.writeUInt32BE(plain, line + 12)
    parts.push(padded)
    end += padded.length
  }
  return Buffer.concat(parts)
}
