import { isConversationStoreError } from '../../../src/model/errors.js'
import { around, changingItems } from './call-bugs.js'
import type { MemoryMutant } from './mutated-memory.js'

export const conversationMutants: readonly MemoryMutant[] = [
  {
    bug: 'a close reaches into other accounts',
    subject: 'closeConversation',
    caughtBy: 'does not find another account’s conversation',
    ...around('closeConversation', async (input, send, { accountIds }) => {
      try {
        return await send()
      } catch (error) {
        if (!isConversationStoreError(error, 'NOT_FOUND')) throw error
        for (const accountId of accountIds) {
          const change = await send({ ...input, accountId }).catch(() => null)
          if (change) return change
        }
        throw error
      }
    }),
  },
  {
    bug: 'an update ignores expectedVersion',
    subject: 'updateConversation',
    caughtBy: 'refuses a stale version and leaves the row untouched',
    ...around('updateConversation', (input, send) => send({ ...input, expectedVersion: null })),
  },
  {
    bug: 'version 0 is taken for no version',
    subject: 'upsertConversation',
    caughtBy: 'takes 0 for a version and not for `absent`',
    ...changingItems((item) => ({ ...item, expectedVersion: item.expectedVersion || null })),
  },
  {
    bug: '`absent` is ignored',
    subject: 'upsertConversation',
    caughtBy: 'lets one of 25 concurrent callers that expect none create it',
    ...changingItems((item) => ({ ...item, expectedVersion: item.expectedVersion === 'absent' ? null : item.expectedVersion })),
  },
  {
    bug: 'an alias is not resolved',
    subject: 'findByOaAndCustomer',
    caughtBy: 'finds by an alias what its customer has, closed ones too',
    world: (world) => ({
      contactInbox(oaId, customerId) {
        const row = world.contactInbox(oaId, customerId)
        return row && { ...row, canonicalId: null }
      },
    }),
  },
  {
    bug: 'aliases of an alias stay behind',
    subject: 'upsertConversation',
    caughtBy: 'moves aliases along when the customer they stand for becomes an alias',
    world: () => ({ aliasesOf: () => [] }),
  },
  {
    bug: 'a closed conversation is adopted',
    subject: 'upsertConversation',
    caughtBy: 'never adopts a closed conversation, one of another inbox or one of another account',
    world: (world, { conversations }) => ({
      activeByUsername(oaId, key) {
        const active = world.activeByUsername(oaId, key)
        return active ?? [...conversations.rows.values()].find((row) => row.oaId === oaId && row.usernameKey === key) ?? null
      },
    }),
  },
  {
    bug: 'a conversation is opened without a look at the time of the latest',
    subject: 'upsertConversation',
    caughtBy: 'opens the next one later than the latest, even if the clock stands still or steps back',
    world: (world) => ({
      latestConversation(contactInboxId) {
        const row = world.latestConversation(contactInboxId)
        return row && { ...row, createdAt: new Date(0) }
      },
    }),
  },
  {
    bug: 'reopening ignores the policy',
    subject: 'upsertConversation',
    caughtBy: 'reopens the last conversation where the policy is `reopen`',
    ...changingItems((item) => ({ ...item, onClosed: 'new' })),
  },
  {
    bug: 'reopenWithin is one millisecond short',
    subject: 'upsertConversation',
    caughtBy: 'reopens until the last millisecond of `reopenWithin`, and opens anew after it',
    ...changingItems((item) => {
      const { onClosed } = item
      return typeof onClosed === 'object' && onClosed ? { ...item, onClosed: { reopenWithin: onClosed.reopenWithin - 1 } } : item
    }),
  },
  {
    bug: 'a change adds 2 to the version',
    subject: 'updateNickname',
    caughtBy: 'gives a conversation a nickname and takes it away, and changes nothing else',
    update: (row, before) => (row.version > before.version ? { ...row, version: row.version + 1 } : row),
  },
  {
    bug: 'metadata loses `__proto__`',
    subject: 'upsertConversation',
    caughtBy: 'keeps metadata of any JSON exactly, operators and `__proto__` included',
    ...changingItems((item) => {
      const { metadata } = item.patch
      return metadata ? { ...item, patch: { ...item.patch, metadata: Object.assign({}, metadata) } } : item
    }),
  },
  {
    bug: 'a text that starts with $ is taken for a path',
    subject: 'updateNickname',
    caughtBy: 'gives a conversation a nickname and takes it away, and changes nothing else',
    update: (row) => (row.nickname?.startsWith('$') ? { ...row, nickname: null } : row),
  },
  {
    bug: 'every caller of a race sees `created`',
    subject: 'upsertConversation',
    caughtBy: 'gives 50 concurrent callers one conversation and exactly one of them `created`',
    ...around('upsertConversations', async (_, send) =>
      (await send()).map((result) => (result.ok && result.outcome === 'unchanged' ? { ...result, outcome: 'created' as const } : result)),
    ),
  },
  {
    bug: 'now is the process’s clock although one was injected',
    subject: 'closeConversation',
    caughtBy: 'closes an open conversation, and says when',
    ...around('closeConversation', (input, send) => send({ ...input, now: null })),
  },
  {
    bug: 'what is due this millisecond is not woken',
    subject: 'wakeDue',
    caughtBy: 'opens what is due at this very millisecond, and leaves what is due later',
    ...around('wakeDue', (input, send) => send({ ...input, now: input.now && new Date(input.now.getTime() - 1) })),
  },
  {
    bug: 'a profile name overwrites what a person typed',
    subject: 'upsertConversation',
    caughtBy: 'names the contact by customerName, until a person types a name',
    world: (world) => ({
      contact(id) {
        const row = world.contact(id)
        return row && { ...row, nameSource: 'channel' }
      },
    }),
  },
  {
    bug: 'a failed call leaves its contact inbox behind',
    subject: 'upsertConversation',
    caughtBy: 'takes 0 for a version and not for `absent`',
    ...around('upsertConversations', async (input, send, { database }) => {
      try {
        return await send()
      } catch (error) {
        const { accountId, now } = input
        for (const { ids: made, oaId, customerId } of input.items) {
          const row = { id: made.contactInbox, accountId, oaId, customerId, contactId: null, canonicalId: null, channel: 'api' }
          const marks = {
            scopes: null,
            identities: null,
            previousHeadId: null,
            deliveredWatermark: null,
            readWatermark: null,
            droppedEvents: 0,
            createdAt: now ?? new Date(),
          }
          database.account(accountId).people.putContactInbox({ ...row, ...marks })
        }
        throw error
      }
    }),
  },
]
