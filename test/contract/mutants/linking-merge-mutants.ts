import {
  applied,
  becomesOne,
  copies,
  echoes,
  further,
  mergedAgain,
  merges,
  otherIds,
  parted,
  since,
  thirds,
  unmerges,
} from './linking-merge-titles.js'
import { rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'

/** Bugs of merges that make the two customers one person, and of their undoing. */
export const memoryLinkingMergeMutants: readonly MemoryMutant[] = [
  {
    bug: 'a merge that links leaves the lost customer’s ids apart',
    subject: merges,
    caughtBy: becomesOne,
    world: (world, account) => ({
      putContactInbox: (row) =>
        world.putContactInbox({ ...row, canonicalId: account.people.contactInboxes.get(row.id)?.canonicalId ?? null }),
    }),
  },
  {
    bug: 'nothing of one’s watermarks is said of the other’s messages',
    subject: merges,
    caughtBy: applied,
    world: () => ({ undelivered: () => [] }),
  },
  {
    bug: 'of a hidden and a shown copy the hidden one is folded with a third person’s',
    subject: merges,
    caughtBy: copies,
    world: (world) => ({
      message(id) {
        const row = world.message(id)
        return row && { ...row, doubleIn: null }
      },
    }),
  },
  {
    bug: 'the ids stay one person’s when the merge is undone',
    subject: unmerges,
    caughtBy: parted,
    world: (world, account) => ({
      putContactInbox: (row) =>
        world.putContactInbox({ ...row, canonicalId: row.canonicalId ?? account.people.contactInboxes.get(row.id)?.canonicalId ?? null }),
    }),
  },
  {
    bug: 'what came since under the lost ids is new when it comes again',
    subject: unmerges,
    caughtBy: since,
    world: (world) => ({ putContactInbox: (row) => world.putContactInbox({ ...row, previousHeadId: null }) }),
  },
  {
    bug: 'an id that has come to the person since is not seen',
    subject: unmerges,
    caughtBy: further,
    world: (world) => ({ aliasesOf: (id) => world.aliasesOf(id).slice(0, 1) }),
  },
  {
    bug: 'the contacts of the two stay one',
    subject: unmerges,
    caughtBy: parted,
    call: async ({ name, send }, { database, accountIds }) => {
      if (name !== unmerges) return send()
      for (const id of accountIds) {
        const { contactMerges } = database.account(id)
        for (const merge of contactMerges.rows.values()) contactMerges.put({ ...merge, undoneAt: new Date(0) })
      }
      return send()
    },
  },
  {
    bug: 'a third person’s copy is shown beside the one that a link brings',
    subject: 'linkCustomerIds',
    caughtBy: thirds,
    world: () => ({ commonMessages: () => [] }),
  },
  {
    bug: 'a reply is shown beside the copy of its hidden echo',
    subject: merges,
    caughtBy: echoes,
    world: (world, account) => ({
      putMessage: (row) =>
        world.putMessage(
          account.messages.rows.get(row.id)?.messageId === null && row.messageId !== null ? { ...row, doubleIn: null } : row,
        ),
    }),
  },
]

export const mongoLinkingMergeMutants: readonly MongoMutant[] = [
  {
    bug: 'what parting two customers needs is not kept',
    subject: unmerges,
    caughtBy: parted,
    commands: [
      { of: 'conversation_merges', by: ['insertMany'], change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'links')) }) },
    ],
  },
  {
    bug: 'a merge that links leaves the lost customer’s ids apart',
    subject: merges,
    caughtBy: becomesOne,
    commands: [
      {
        of: 'contact_inboxes',
        by: ['bulkWrite', 'updateOne'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'canonical_id')) }),
      },
    ],
  },
  {
    bug: 'what came since under the lost ids is new when it comes again',
    subject: unmerges,
    caughtBy: since,
    commands: (['contact_inboxes', 'conversations'] as const).map((of) => ({
      of,
      by: ['bulkWrite', 'updateOne', 'updateMany'],
      change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'previous_head_id')) }),
    })),
  },
  {
    bug: 'a conversation that was merged since is not seen',
    subject: unmerges,
    caughtBy: mergedAgain,
    commands: [
      {
        of: 'conversation_merges',
        by: ['find'],
        change: ({ filter }) => ({ filter: { ...filter, accountId: 'none' } }),
      },
    ],
  },
  {
    bug: 'a merge of the contact that came later is not seen',
    subject: unmerges,
    caughtBy: mergedAgain,
    commands: [
      {
        of: 'contact_merges',
        by: ['findOne'],
        change: ({ filter }) => ({ filter: { ...filter, accountId: 'none' } }),
      },
    ],
  },
  {
    bug: 'a third person’s copy is shown beside the one that a link brings',
    subject: 'linkCustomerIds',
    caughtBy: thirds,
    commands: [
      {
        of: 'messages',
        by: ['find'],
        change: ({ filter }) => ({ filter: '_id' in Object(filter) ? { ...filter, accountId: 'none' } : filter }),
      },
    ],
  },
  {
    bug: 'copies are looked for under the first of a customer’s ids alone',
    subject: merges,
    caughtBy: otherIds,
    commands: [
      {
        of: 'messages',
        by: ['find'],
        change({ filter }) {
          const scopes: unknown = Reflect.get(Object(Reflect.get(Object(filter), 'contact_inbox_id')), '$in')
          return { filter: Array.isArray(scopes) ? { ...filter, contact_inbox_id: { $in: scopes.slice(0, 1) } } : filter }
        },
      },
    ],
  },
  {
    bug: 'the event of a reply is shown beside that of the copy of its hidden echo',
    subject: merges,
    caughtBy: echoes,
    commands: [
      {
        of: 'contact_interaction_events',
        by: ['updateOne'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'double_in')) }),
      },
    ],
  },
]
