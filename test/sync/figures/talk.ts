import type { Random } from '../../histories/random.js'

/**
 * How many characters a text has, at the tenths of all texts: as in the customer-service conversations of MultiDoGO,
 * where customers write, and of ABCD and tau-bench, where agents do.
 */
const lengths = {
  customer: [1, 2, 3, 5, 8, 11, 15, 20, 27, 39, 79],
  agent: [2, 15, 18, 24, 35, 60, 126, 174, 251, 394, 968],
} as const

const words = 'hello my order the shop when does it come thank you please could we see a number for this parcel 🍵 được không'.split(' ')

/** Something that a customer or the page says. */
export function talk(random: Random, fromPage: boolean): string {
  const tenths = lengths[fromPage ? 'agent' : 'customer']
  const at = random.below(tenths.length - 1)
  const [from = 1, to = 1] = tenths.slice(at)
  const length = from + random.below(to - from + 1)
  let text = ''
  while (text.length < length) text += `${random.pick(words)} `
  return text.slice(0, length).trim() || 'ok'
}
