import type { GraphHistoryOptions, HistoryPage } from '../../src/sync/index.js'
import { cannedSource } from './canned.js'
import { readAll } from './reading.js'

/** The page that has this one conversation, and what its reading logged. */
export async function readOne(
  item: unknown,
  options: Partial<GraphHistoryOptions> = {},
): Promise<HistoryPage & { readonly log: readonly string[] }> {
  const { source, log } = cannedSource([{ body: { data: [item] } }], options)
  const [page] = await readAll(source)
  if (page === undefined) throw new Error('there is no page')
  return { ...page, log }
}
