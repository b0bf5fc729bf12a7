import type { HostedDatabase } from './databases.js'
import { type HostFigures, type HostOptions, startHost } from './hosted.js'
import { historyBody } from './whatsapp-bodies.js'

/** The inboxes that the database of these figures has to have. */
export const historyOwners = { acme: '106540352242922', earlier: '206540352242922' }

/** What a host takes for a body of history. Memory is a multiple of the body's bytes. */
export interface HistoryFigures {
  readonly bodyBytes: number
  readonly statements: number
  /** What was in use at most when a statement was sent. */
  readonly inUse: number
  /** How far the resident memory rose in a process with a small heap (`--max-old-space-size=80`). */
  readonly resident: number
  /** The same with Node's defaults, which let tens of megabytes of garbage lie, whatever the body has. */
  readonly residentByDefault: number
  /** How many of the messages are in the database. */
  readonly stored: number
}

/** Posts one body to three hosts, each over an empty database. */
export async function historyFigures(
  database: HostedDatabase,
  size: { readonly messages: number; readonly threads: number },
): Promise<HistoryFigures> {
  const body = historyBody({ ...size, phoneNumberId: historyOwners.acme })
  const bodyBytes = Buffer.byteLength(body)
  const { resident: residentByDefault } = await taken(database, body, {})
  const { inUse } = await taken(database, body, { looksAtHeap: true })
  const { statements, resident } = await taken(database, body, { isFrugal: true })
  const stored = (await database.messages()).filter(({ account }) => account === 'acme').length
  const times = (memory: number) => memory / bodyBytes
  return {
    bodyBytes,
    statements,
    inUse: times(inUse),
    resident: times(resident),
    residentByDefault: times(residentByDefault),
    stored,
  }
}

/** What a host at work takes for the body. It has taken bodies before, so that its code and its pools are there. */
async function taken(database: HostedDatabase, body: string, options: HostOptions): Promise<HostFigures> {
  await database.forget()
  const host = await startHost(database.url, options)
  try {
    for (const threads of [10, 20, 25]) await post(historyBody({ messages: 1_000, threads, phoneNumberId: historyOwners.earlier }))
    await host.settle()
    await post(body)
    return await host.figures()
  } finally {
    await host.end()
  }

  async function post(text: string): Promise<void> {
    const status = await host.post(text)
    if (status !== 200) throw new Error(`the host answered ${status}`)
  }
}
