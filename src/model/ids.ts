import { randomFillSync } from 'node:crypto'

/** 8 for the id, 2 for where the counter starts. */
const bytesPerId = 10
const pool = Buffer.alloc(bytesPerId * 400)
let used = pool.length
let lastMs = 0
let counter = 0

/**
 * A UUIDv7 (RFC 9562, method 1): ids of one process rise strictly, also within a millisecond and when the clock is set back, so that
 * rows written together lie together in an index.
 */
export function uuidV7(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const tail = pool.toString('hex', used, used + 8)
  const seed = pool.readUInt16BE(used + 8)
  used += bytesPerId

  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    // In the lower half of its 12 bits: the upper half is left to count in.
    counter = seed & 0x7ff
  } else if (++counter > 0xfff) {
    lastMs += 1
    counter = seed & 0x7ff
  }
  const time = lastMs.toString(16).padStart(12, '0')
  const variant = (0x8 | (Number.parseInt(tail.charAt(0), 16) & 0x3)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${tail.slice(1, 4)}-${tail.slice(4, 16)}`
}
