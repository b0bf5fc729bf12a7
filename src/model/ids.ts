import { randomFillSync } from 'node:crypto'

/** Hexadecimal digits: 16 for the id, 3 for the start of its counter. */
const digitsPerId = 19
const pool = Buffer.alloc((digitsPerId * 400) / 2)
let digits = ''
let used = 0
let lastMs = 0
let timePart = ''
let counter = 0

/**
 * Makes a UUIDv7 (RFC 9562, method 1). The ids of one process rise strictly, even within a millisecond and when the
 * clock is set back, so rows that are written together lie together in an index.
 */
export function uuidV7(): string {
  if (used === digits.length) {
    digits = randomFillSync(pool).toString('hex')
    used = 0
  }
  const from = used
  used += digitsPerId

  counter += 1
  const now = Date.now()
  if (now > lastMs || counter > 0xfff) {
    lastMs = Math.max(now, lastMs + 1)
    const time = lastMs.toString(16).padStart(12, '0')
    timePart = `${time.slice(0, 8)}-${time.slice(8)}-7`
    // The counter starts in the lower half of its 12 bits, so that the upper half is left to count in.
    counter = Number.parseInt(digits.slice(from + 16, used), 16) & 0x7ff
  }
  const count = (counter + 0x1000).toString(16).slice(1)
  const variant = '89ab'.charAt(Number.parseInt(digits.charAt(from), 16) & 3)
  return `${timePart}${count}-${variant}${digits.slice(from + 1, from + 4)}-${digits.slice(from + 4, from + 16)}`
}
