import { test } from 'vitest'
import { serverUrl } from '../contract/server.js'
import { type Chat, type ImportHost, importHosts, type Line } from './import-hosts.js'
import { type Kills, killAnywhere } from './killed-anywhere.js'
import { runImport } from './processes.js'

const engines = { mongo: 'MongoDB', postgres: 'PostgreSQL' } as const
const customers = 30

/** Conversations of every kind: doubles far apart, closed, snoozed and empty ones, and some that can not be read. */
async function fill(host: ImportHost): Promise<void> {
  const at = (minute: number) => new Date(Date.UTC(2025, 0, 1, 10, minute))
  const chats = Array.from({ length: customers }, (_, n): Chat[] => {
    const state = ['open', 'closed', 'snoozed'][n % 3] ?? 'open'
    const chat = { account: n % 2 === 0 ? 'acme' : 'beta', page: 'page-1', psid: `p${n}`, unseen: n % 4, nick: `Nick ${n}` }
    return [
      { id: `a${String(n).padStart(2, '0')}`, ...chat, state, lastAt: at(n) },
      ...(n % 5 === 0 ? [{ id: `z${n}`, ...chat, state: 'open', lastAt: at(n + 1) }] : []),
      ...(n % 10 === 9 ? [{ id: `x${n}`, ...chat, account: null }] : []),
    ]
  }).flat()
  await host.addChats(chats)
  await host.addLines(
    chats.flatMap(({ id, psid = '' }, n): Line[] =>
      n % 7 === 0
        ? []
        : Array.from({ length: 4 }, (_, k) => ({
            id: `l-${id}-${k}`,
            chat: id,
            mid: k === 1 ? null : `${psid}-${k}`,
            body: `${id} ${k}`,
            sender: k === 2 ? 'page-1' : psid,
            at: k === 3 && n % 6 === 0 ? null : at(k),
          })),
    ),
  )
  await host.addPages([
    { page: 'page-1', account: 'acme', platform: 'facebook' },
    { page: 'page-2', account: null },
  ])
}

async function leftBehind(host: ImportHost): Promise<unknown> {
  const store = await host.openStore()
  const found: unknown[] = [await host.rejected()]
  for (const accountId of ['acme', 'beta']) {
    const account = store.forAccount(accountId)
    found.push((await account.listInboxes()).items.map(({ oaId, channel }) => [oaId, channel]))
    for await (const conversation of account.listConversations()) {
      const { customerId, status, version, unreadCount, nickname, lastMessageAt, lastActivityAt, snoozedUntil, lastSeq } = conversation
      // What had no message is as old as its row says, and the others as their messages.
      const closedAt = conversation.closedAt?.getTime() ?? null
      const messages = []
      for await (const message of account.listMessages({ conversationId: conversation.id, by: 'seq' })) {
        const { seq, messageId, localId, text, direction, occurredAt, history } = message
        messages.push([seq, messageId, localId, text, direction, occurredAt, history])
      }
      found.push([
        customerId,
        status,
        version,
        unreadCount,
        nickname,
        lastMessageAt,
        lastActivityAt,
        closedAt,
        snoozedUntil,
        lastSeq,
        messages,
      ])
    }
  }
  return found.map((each) => JSON.stringify(each)).sort()
}

/** Kills imports, and compares what the store has in the end. */
export function killImports(kills: Kills, timeout: number): void {
  test.each(['mongo', 'postgres'] as const)(
    'an import that is killed at any operation and run again ends as one that nobody killed, on %s',
    { timeout },
    async (engine) => {
      const url = serverUrl(engine === 'mongo' ? 'mongoReplicaSet' : 'postgres')
      const open = importHosts.find(([name]) => name === engines[engine])?.[1]
      await killAnywhere(
        {
          name: engine,
          async begun() {
            const host = await open?.()
            if (host === undefined) throw new Error(`there is no host on ${engine}`)
            await fill(host)
            await host.openStore()
            return host
          },
          run: ({ name, storeName }: ImportHost, kill) => runImport({ engine, url, name, storeName, kill }),
          left: leftBehind,
        },
        kills,
      )
    },
  )
}
