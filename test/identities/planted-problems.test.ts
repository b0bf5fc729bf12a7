import { describe, expect, test } from 'vitest'
import type { ContractBackend, RawReader, RawRow } from '../../src/contract/index.js'
import { type InterceptedCall, interceptedAdapter } from '../../src/contract/intercepted-adapter.js'
import { memoryBackend } from '../contract/memory.js'
import { runOn } from './run-histories.js'

type Table = 'conversations' | 'messages' | 'events' | 'contactInboxes'
type Rows = readonly RawRow[]

/** A store of which one promise does not hold, or whose rows show it so. */
type Planted =
  | { readonly table: Table; readonly plant: (rows: Rows) => Rows }
  | { readonly intercept: (call: InterceptedCall) => Promise<unknown> }

const row = (plant: (row: RawRow) => RawRow) => (rows: Rows) => rows.map(plant)
const isOf = (prefix: string) => (each: RawRow) => typeof each.message_id === 'string' && each.message_id.startsWith(prefix)

/** The first of the rules that each is found by. */
const planted: Readonly<Record<string, Planted>> = {
  'proved ids are one person’s': {
    intercept: ({ input, send }) => send(withoutIdentities(input)),
  },
  'no message is lost': { table: 'messages', plant: (rows) => rows.slice(1) },
  'a message is there once': { table: 'messages', plant: (rows) => [...rows, ...rows.slice(0, 1)] },
  'a message has the right text': { table: 'messages', plant: row((each) => ({ ...each, text: 'another' })) },
  'a message has the right status': {
    table: 'messages',
    plant: row((each) => (isOf('r')(each) ? { ...each, status: 'failed' } : each)),
  },
  'a message has the right emoji': { table: 'messages', plant: row((each) => ({ ...each, reactions: [] })) },
  'nothing waits for what is there': {
    table: 'events',
    plant: (rows) => [
      ...rows,
      ...rows.filter(isOf('m')).map((each) => ({ ...each, conversation_id: null, target_message_id: each.message_id })),
    ],
  },
  'a person has one active conversation': { table: 'conversations', plant: row((each) => ({ ...each, status: 'open' })) },
  'a message stands in its own person’s thread': {
    table: 'messages',
    plant: (rows) => rows.map((each) => ({ ...each, conversation_id: rows[0]?.conversation_id })),
  },
  'a message stands in a scope of its person': { table: 'contactInboxes', plant: row((each) => ({ ...each, scopes: ['none'] })) },
  'an alias points at a head': {
    table: 'contactInboxes',
    plant: row((each) => (each.canonical_id === null ? each : { ...each, canonical_id: each.id })),
  },
  'unread is exact': { table: 'conversations', plant: row((each) => ({ ...each, unread_count: -1 })) },
  'lastSeq is the greatest seq': { table: 'conversations', plant: row((each) => ({ ...each, last_seq: 0 })) },
  'no link closes a conversation': { table: 'conversations', plant: row((each) => ({ ...each, status: 'closed' })) },
  'no conversation is lost': { table: 'conversations', plant: row((each) => ({ ...each, merged_parts: null })) },
  'what is told to be merged is': {
    intercept: async ({ name, send }) => (name === 'upsertConversations' ? asMerged(await send()) : send()),
  },
  'a message has one event': { table: 'events', plant: (rows) => [...rows, ...rows.filter(({ type }) => type === 'message')] },
  'no version is shown that is not stored': { table: 'conversations', plant: row((each) => ({ ...each, version: -1 })) },
  'no call fails': { intercept: ({ name, send }) => (name === 'markRead' ? Promise.reject(new Error('it fails')) : send()) },
}

describe('the rules of the histories find', () => {
  test.each(Object.entries(planted))('a planted problem: %s', async (rule, problem) => {
    const backend = { name: 'memory', isAbsent: false, open: () => spoilt(memoryBackend(), problem) }
    expect(await runOn(backend, { seed: 1, histories: 60 })).toContain(`${rule}: `)
  })
})

function spoilt(backend: ContractBackend, problem: Planted): ContractBackend {
  if ('intercept' in problem) return { ...backend, createAdapter: () => interceptedAdapter(backend.createAdapter(), problem.intercept) }
  const raw: RawReader = {
    ...backend.raw,
    [problem.table]: async (accountId: string) => problem.plant(await backend.raw[problem.table](accountId)),
  }
  return { ...backend, raw }
}

function asMerged(results: unknown): unknown {
  return Array.isArray(results) ? results.map((result) => ({ ...Object(result), outcome: 'merged' })) : results
}

function withoutIdentities(input: unknown): unknown {
  const items: unknown = Reflect.get(Object(input), 'items')
  return Array.isArray(items) ? { ...Object(input), items: items.map((item) => ({ ...Object(item), identities: [] })) } : input
}
