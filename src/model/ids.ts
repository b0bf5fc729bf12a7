import { randomFillSync } from 'node:crypto'

/** Of hexadecimal digits: 16 for the id, 3 for where its counter starts. */
const digitsPerId = 19
const pool = Buffer.alloc((digitsPerId * 400) / 2)
let digits = ''
let used = 0
let lastMs = 0
let counter = 0

/**
 * A UUIDv7 (RFC 9562, method 1): ids of one process rise strictly, also within a millisecond and when the clock is set back, so that
 * rows written together lie together in an index.
 */
export function uuidV7(): string {
  if (used === digits.length) {
    digits = randomFillSync(pool).toString('hex')
    used = 0
  }
  const tail = digits.slice(used, used + 16)
  // In the lower half of its 12 bits: the upper half is left to count in.
  const start = Number.parseInt(digits.slice(used + 16, used + digitsPerId), 16) & 0x7ff
  used += digitsPerId

  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    counter = start
  } else if (++counter > 0xfff) {
    lastMs += 1
    counter = start
  }
  const time = lastMs.toString(16).padStart(12, '0')
  const variant = (0x8 | (Number.parseInt(tail.charAt(0), 16) & 0x3)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${tail.slice(1, 4)}-${tail.slice(4, 16)}`
}
