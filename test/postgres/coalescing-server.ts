import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { expect, vi } from 'vitest'
import { onServer, type SentStatement, scratchPool } from './scratch-schema.js'

export const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)
export const message = (text: string) => ({ type: 'message', messageId: randomUUID(), text }) as const
export const customer = (customerId: string) => ({ oaId: 'page', customerId })
export const quick = { attempts: 3, baseMs: 0, maxMs: 0 }

export const onCoalescingServer = (pool: Pool = scratchPool({ max: 4 })) => onServer({ pool, coalesce: true })

export interface SentItem {
  readonly customer_id: string
  readonly patch: { readonly nickname?: string }
}
/** The account and the items of each call of an upsert function that was sent. */
export function payloads(sent: readonly SentStatement[]): readonly { readonly account: string; readonly items: readonly SentItem[] }[] {
  return sent
    .filter(({ text }) => /upsert_conversations?_with_events/.test(text))
    .map(({ values = [] }) => JSON.parse(String(values.findLast((value) => String(value).startsWith('{')))))
    .map(({ account_id, conversations, ...single }) => ({ account: account_id, items: conversations ?? [single] }))
}

export const sizes = (sent: readonly SentStatement[]) => payloads(sent).map(({ items }) => items.length)

/** Locks a customer's contact inbox and conversations in a transaction of the host until `release` is called. */
export async function hold(pool: Pool, schema: string, customerId: string): Promise<{ release(): Promise<void> }> {
  const client = await pool.connect()
  await client.query('begin')
  for (const table of ['contact_inboxes', 'conversations'])
    await client.query(`select 1 from "${schema}".${table} where customer_id = $1 for update`, [customerId])
  return {
    async release() {
      await client.query('commit')
      client.release()
    },
  }
}

/** Hands each later statement for which `isMeant` is true to `answer`, which sends it and decides on its answer. */
export function intercept(
  pool: Pool,
  isMeant: (statement: SentStatement) => boolean,
  answer: (send: () => Promise<unknown>) => Promise<unknown>,
) {
  const seen = new WeakSet<object>()
  pool.on('acquire', (client: PoolClient) => {
    if (seen.has(client)) return
    seen.add(client)
    const query = client.query.bind(client)
    Object.assign(client, {
      query: (config: string | SentStatement, ...rest: []) => {
        const send = () => query(config as string, ...rest)
        return typeof config === 'object' && isMeant(config) ? answer(send) : send()
      },
    })
  })
}

/**
 * Holds back the answers of the library's statements and gives them in the order in which they came. It gives each
 * answer only when another statement is under way. What a lane takes next then does not depend on which of the two
 * lanes the server serves faster.
 */
export async function answeringInTurn(pool: Pool, count: number, calls: () => Promise<unknown>): Promise<void> {
  const answers: (() => void)[] = []
  intercept(
    pool,
    (statement) => payloads([statement]).length > 0,
    async (send) => {
      const result = await send()
      await new Promise<void>((answer) => answers.push(answer))
      return result
    },
  )
  const done = calls()
  for (let turn = 0; turn < count; turn++) {
    await vi.waitFor(() => expect(answers.length).toBe(Math.min(turn + 2, count)), { timeout: 30_000, interval: 5 })
    answers[turn]?.()
  }
  await done
}
