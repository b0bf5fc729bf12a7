/** How many accounts one call is asked for. */
const accountsAtOnce = 1_000

/** What a call finds that gives accounts a part at a time, in order: all of them, however many there are. */
export async function everyAccount<T extends string | null>(
  find: (asked: { readonly after: string | null; readonly limit: number }) => Promise<readonly T[]>,
  limit = accountsAtOnce,
): Promise<readonly T[]> {
  const accounts: T[] = []
  for (let after: string | null = null; ; ) {
    const found: readonly T[] = await find({ after, limit })
    accounts.push(...found)
    after = found.at(-1) ?? null
    if (found.length < limit || after === null) return accounts
  }
}
