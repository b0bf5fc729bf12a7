/**
 * Finds the shortest part of a failing sequence that still fails, by leaving out smaller and smaller pieces until
 * nothing more can be left out.
 */
export async function shortest<T>(sequence: readonly T[], fails: (part: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let failing = sequence
  for (let size = Math.ceil(failing.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < failing.length; ) {
      const part = [...failing.slice(0, start), ...failing.slice(start + size)]
      if (part.length > 0 && (await fails(part))) failing = part
      else start += size
    }
  }
  return failing
}
