import { randomFillSync } from 'node:crypto'

/** The digits of an id, in the order in which the databases sort them. */
export const idDigits = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
/** 12 digits of chance for the id, and 2 for the start of its counter. */
const chanceOfId = 14
const pool = Buffer.alloc((chanceOfId * 300 * 6) / 8)
let chance = ''
let used = 0
let lastMs = 0
let timePart = ''
let counter = 0

/**
 * Makes an id of 22 characters: 44 bits of time in milliseconds, 16 of a counter, and 72 of chance. The ids of one
 * process rise strictly, even within a millisecond and when the clock is set back, so rows that are written together
 * lie together in an index. docs/decisions/short-ids.md tells why they are no UUIDs.
 */
export function shortId(): string {
  if (used === chance.length) {
    chance = randomFillSync(pool).toString('base64url')
    used = 0
  }
  const from = used
  used += chanceOfId

  counter += 1
  const now = Date.now()
  if (now > lastMs || counter > 0xffff) {
    lastMs = Math.max(now, lastMs + 1)
    timePart = inDigits(Math.floor(lastMs / 4), 7)
    // The counter starts in the lower sixteenth of its 16 bits, so that nearly all of them are left to count in.
    counter = idDigits.indexOf(chance.charAt(from + 12)) * 64 + idDigits.indexOf(chance.charAt(from + 13))
  }
  return timePart + inDigits((lastMs % 4) * 0x10000 + counter, 3) + chance.slice(from, from + 12)
}

function inDigits(number: number, length: number): string {
  let digits = ''
  for (let rest = number; digits.length < length; rest = Math.floor(rest / 64)) digits = idDigits.charAt(rest % 64) + digits
  return digits
}
