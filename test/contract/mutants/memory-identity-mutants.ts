import type { ContactInboxRow, IdentityMark } from '../../../src/model/planning/rows.js'
import type { World } from '../../../src/model/planning/world.js'
import { around } from './call-bugs.js'
import type { MemoryBug, MemoryMutant } from './mutated-memory.js'

const links = 'linkCustomerIds'
const events = 'upsertConversationWithEvents'
const former = 'gives a former number to the stranger who brings it, and none of what comes late moves it back'
const conflict =
  'links nothing where a number comes with a stranger’s user id: the message is the stranger’s, and the number is not answered'
const retired = 'retires a former number, answers the new one, and finds what was said under either'
const older = 'keeps the older person’s conversation, merges the younger one into it, and takes over those that are closed'
const others = 'applies what each person had of the other’s messages'

/** Stores other rows of contact inboxes than were decided on. */
function storing(change: (row: ContactInboxRow, before: ContactInboxRow | null) => Partial<ContactInboxRow>): MemoryBug {
  const putChanged = (world: World) => (row: ContactInboxRow) => {
    world.putContactInbox({ ...row, ...change(row, world.contactInboxById(row.id)) })
  }
  return { world: (world) => ({ putContactInbox: putChanged(world) }) }
}

/** Stores other ids of people than were decided on. `before` is what was known of an id. */
export function storingIds(change: (mark: IdentityMark, before: IdentityMark | undefined) => Partial<IdentityMark>): MemoryBug {
  return storing(({ identities }, row) => {
    const before = new Map(row?.identities?.map((mark) => [mark.id, mark]))
    return { identities: identities?.map((mark) => ({ ...mark, ...change(mark, before.get(mark.id)) })) ?? null }
  })
}

/**
 * Bugs in the rules by which ids become one person's, and in what follows when they do. The planner has these rules for
 * MongoDB too.
 */
export const memoryIdentityMutants: readonly MemoryMutant[] = [
  {
    bug: 'ids have no kind, so that a person gets a second current one of a kind',
    subject: events,
    caughtBy: conflict,
    ...storingIds(() => ({ kind: null })),
  },
  {
    bug: 'a number that came with a stranger’s ids is answered as before',
    subject: events,
    caughtBy: conflict,
    ...storingIds(() => ({ disputedSince: null })),
  },
  {
    bug: 'evidence that is older than the change of an id moves it',
    subject: events,
    caughtBy: former,
    ...storingIds(({ movedAt, formerSince }) => ({
      movedAt: movedAt && new Date(0),
      formerSince: formerSince && new Date(0),
    })),
  },
  {
    bug: 'what was said under a number is new under it when a stranger has it',
    subject: events,
    caughtBy: former,
    ...storing(() => ({ previousHeadId: null })),
  },
  {
    bug: 'a former id is answered as before',
    subject: events,
    caughtBy: retired,
    ...storingIds(() => ({ formerSince: null })),
  },
  {
    bug: 'the conversation keeps the name of a number that is no longer good',
    subject: events,
    caughtBy: retired,
    world: (world) => ({
      putConversation: (row) => world.putConversation({ ...row, customerId: world.conversation(row.id)?.customerId ?? row.customerId }),
    }),
  },
  {
    bug: 'a replay links the ids that come with it',
    subject: events,
    caughtBy: 'links nothing for a replay, nor when the write is refused',
    world: () => ({ messageByMessageId: () => null, eventByMessageId: () => null }),
  },
  {
    bug: 'what the other id has stored is not looked for',
    subject: events,
    caughtBy: 'goes item by item in a bulk, so that an item’s ids are linked for those after it and not before',
    ...storing(() => ({ scopes: null })),
  },
  {
    bug: 'the younger person’s thread stays, and holds the older one',
    subject: links,
    caughtBy: older,
    ...storing(({ createdAt }, before) => ({ createdAt: before?.createdAt ?? new Date(-createdAt.getTime()) })),
  },
  {
    bug: 'both conversations of a person stay active',
    subject: links,
    caughtBy: older,
    world: () => ({ putMerge: () => undefined }),
  },
  {
    bug: 'a person’s heads stay apart, because the younger one is not made an alias',
    subject: links,
    caughtBy: 'makes two ids one person’s: each finds the conversation, also before and after anything was said',
    ...storing(() => ({ canonicalId: null })),
  },
  {
    bug: 'a message that came under both ids stays two',
    subject: links,
    caughtBy: 'makes one message of two that came under both ids, with what happened to either',
    world: () => ({ doubles: () => [] }),
  },
  {
    bug: 'the watermark of one id does not reach the messages of the other',
    subject: links,
    caughtBy: others,
    ...storing(() => ({ readWatermark: null, deliveredWatermark: null })),
  },
  {
    bug: 'what waited under one id for a message of the other waits on',
    subject: links,
    caughtBy: others,
    world: () => ({ allWaiting: () => [] }),
  },
  {
    bug: 'both contacts of a person stay',
    subject: links,
    caughtBy: 'makes one contact of two: the older stays, the other’s id leads to it, and what a person typed is kept',
    world: (world) => ({ putContact: (row) => world.putContact({ ...row, mergedInto: null }) }),
  },
  {
    bug: 'a number that a notice brings is current, whatever became of its user id',
    subject: events,
    caughtBy: 'gives up a number that a late notice brings with a user id that was replaced since',
    ...storingIds(({ kind, since }) => (kind === 'phone' && since === null ? { formerSince: null } : {})),
  },
  {
    bug: 'an id that was known before is no scope of the person that it becomes',
    subject: events,
    caughtBy: 'looks for a person’s messages under an id that was known before it became theirs, and not under one that is new',
    ...storing(() => ({ scopes: null })),
  },
  {
    bug: 'a message that comes again takes over what waits under another id that it names',
    subject: events,
    caughtBy: 'leaves with a person what waits under an id that a message names when it comes again',
    ...around('upsertConversations', async (input, send, { database }) => {
      const results = await send()
      const world = database.account(input.accountId).world
      for (const [index, result] of results.entries()) {
        const { oaId, identities } = input.items[index] ?? { oaId: '', identities: [] }
        if (!result.ok || result.outcome !== 'duplicate' || !result.conversation) continue
        const scopes = identities.flatMap(({ id }) => world.contactInbox(oaId, id)?.id ?? [])
        for (const row of scopes.flatMap(world.allWaiting)) world.putEvent({ ...row, conversationId: result.conversation.id, eventSeq: 99 })
      }
      return results
    }),
  },
]
