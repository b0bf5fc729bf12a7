/** Compares two ids as the databases do: by their UTF-8 bytes, which is the order of code points. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    // UTF-16 sorts surrogates below U+E000 to U+FFFF. UTF-8 sorts the characters that they stand for above.
    if (isSurrogate(x) !== isSurrogate(y)) return isSurrogate(x) ? 1 : -1
    return x - y
  }
  return a.length - b.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}

/** The order in which rows came to be: by (createdAt, id). Of two people, or two contacts of one, the older stays. */
export function byAge(a: Aged, b: Aged): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || compareBytes(a.id, b.id)
}
interface Aged {
  readonly id: string
  readonly createdAt: Date
}
