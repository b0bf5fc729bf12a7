/**
 * The order in which `count` variants take their turns in a round. Over `count` rounds each comes once in every place.
 * Over twice as many it follows every other one equally often (a Williams design), so that what one leaves behind for
 * the next (garbage, dirty pages) is spread evenly.
 */
export function turns(count: number, round: number): readonly number[] {
  // This gives 0, 1, count - 1, 2, count - 2, …
  const zigzag = Array.from({ length: count }, (_, place) => (place % 2 === 1 ? (place + 1) / 2 : (count - place / 2) % count))
  const order = zigzag.map((variant) => (variant + round) % count)
  return Math.floor(round / count) % 2 === 0 ? order : order.reverse()
}
