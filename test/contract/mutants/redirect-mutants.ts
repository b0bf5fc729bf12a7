import { around, changingItems } from './call-bugs.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

/** The cases of the contract that catch the planted bugs of redirects. */
const titles = {
  says: 'says in which inbox what comes lands, and says it again unchanged until it is taken away',
  foreign: 'does not find what was never connected, or another account’s, and refuses an inbox as its own destination',
  moved: 'lands a message of a person who has moved in their conversation, and knows what was said before',
  stranger: 'opens a conversation of a stranger in the destination, by its rules and on its channel',
  stays: 'leaves everything of a person whom the inbox still knows in the inbox',
  ids: 'goes by all ids that a call names, and by the username of an active conversation',
  bulk: 'lands each item of a bulk call where its customer is, and all items of one customer in one inbox',
  noFurther: 'looks no further for a customer whom the inbox knows, and finds nobody of another account',
  receipt: 'finds the reply that a receipt names by the inbox alone, where it was sent and where it has moved',
  links: 'links ids that the inbox does not know in the destination, and ids of whom it knows in the inbox',
  circle: 'lets one of two calls redirect that would make a circle, and one of two that would make a chain',
  refused: 'is the answer to a chain and to a circle, and says which inbox is in the way',
  inTransaction: 'leaves a stranger in the inbox whom a transaction made known that was not over when it was redirected',
  strangers: 'lands all that 12 strangers say while the inbox is redirected in one inbox for each of them',
} as const
const { says, foreign, moved, stranger, stays, ids, bulk, noFurther, receipt, links, circle, refused, inTransaction, strangers } = titles
const subject = 'redirectInbox'

const inFunction = (bug: string, caughtBy: string, name: string, replace: string | RegExp, by: string, attempts = 1): PostgresMutant => ({
  bug,
  subject,
  caughtBy,
  functions: [{ name, replace, by }],
  attempts,
})
const ofRefusal = (bug: string, replace: string, by: string): PostgresMutant => ({
  ...inFunction(bug, refused, 'redirect_inbox', replace, by),
  subject: 'REDIRECT_REFUSED',
})
const elsewhere = 'upsert_redirected'

export const postgresRedirectMutants: readonly PostgresMutant[] = [
  inFunction(
    'the inboxes are not locked before one redirects',
    circle,
    'redirect_inbox',
    'order by i.oa_id for update',
    'order by i.oa_id',
    20,
  ),
  {
    bug: 'a redirect does not wait for those who make a stranger known',
    subject,
    caughtBy: inTransaction,
    functions: ['upsert_conversation_with_events', 'upsert_unpatched', 'bulk_upsert_conversations_with_events'].map((name) => ({
      name,
      replace: ' for key share',
      by: '',
    })),
    attempts: 10,
  },
  inFunction('the first message of a stranger stays', stranger, 'upsert_conversation_with_events', 'v_redirected_to is null', 'true'),
  inFunction('the first patch of a stranger stays', stranger, 'upsert_unpatched', 'b.redirected_to is null', 'true'),
  inFunction('the ids of an item are not looked for in its inbox', ids, elsewhere, "'$.identities[*]'", "'$.none[*]'"),
  inFunction('a username is not looked for in its inbox', ids, elsewhere, "u.username_key = named.item->>'username_key'", 'false'),
  inFunction(
    'items of one customer land in two inboxes',
    ids,
    elsewhere,
    'partition by named.oa_id, named.customer_id',
    'partition by named.n',
  ),
  inFunction('the channel of the inbox is held against the destination', moved, elsewhere, "placed.item - 'channel'", 'placed.item'),
  inFunction('an answer does not say where a call landed', bulk, elsewhere, "r.result->'failure' is not null or", 'true or'),
  inFunction(
    'ids are linked where nobody knows them',
    links,
    'link_customer_ids',
    'p_oa := (select coalesce(b.redirected_to, p_oa)',
    'p_oa := (select p_oa',
  ),
  ofRefusal('a chain is made', 'd.redirected_to is not null', 'false'),
  ofRefusal('a destination redirects', "case when other is not null then 'source is a destination' end", 'null'),
  {
    bug: 'a customer whom the inbox knows is looked for elsewhere',
    subject,
    caughtBy: noFurther,
    statements: [{ replace: /x\.customer_id = (\$\d+) limit 1\) is null$/, by: 'x.customer_id = nullif($1, $1) limit 1) is null' }],
    attempts: 1,
  },
]

/** Where the items of a call would land if nobody looked whom the inbox knows. */
const leadingAll = (): Pick<MemoryMutant, 'call'> =>
  around('upsertConversations', (input, send, { database }) => {
    const { inboxes } = database.account(input.accountId).people
    return send({ ...input, items: input.items.map((item) => ({ ...item, oaId: inboxes.get(item.oaId)?.redirectedTo ?? item.oaId })) })
  })

export const memoryRedirectMutants: readonly MemoryMutant[] = [
  {
    bug: 'nothing lands elsewhere',
    subject,
    caughtBy: moved,
    world: (world) => ({
      inbox(oaId) {
        const row = world.inbox(oaId)
        return row && { ...row, redirectedTo: null }
      },
    }),
  },
  { bug: 'people leave whom the inbox knows', subject, caughtBy: stays, ...leadingAll() },
  {
    bug: 'a redirect that stands is made again',
    subject,
    caughtBy: says,
    ...around('redirectInbox', async (input, send) => {
      await send({ ...input, to: null, operationId: `before ${input.operationId}` }).catch(() => null)
      return send()
    }),
  },
  {
    bug: 'the ids of an item are not looked for in its inbox',
    subject,
    caughtBy: ids,
    ...changingItems((item) => ({ ...item, identities: [] })),
  },
  {
    bug: 'a customer whom the inbox knows is looked for elsewhere',
    subject,
    caughtBy: noFurther,
    ...around('findInboxRedirect', (input, send) => send({ ...input, customerId: null })),
  },
  {
    bug: 'a receipt that names the inbox alone is looked for there alone',
    subject,
    caughtBy: receipt,
    ...around('findInboxRedirect', async (input, send) => (input.customerId === null ? null : send())),
  },
  {
    bug: 'what redirects is a destination',
    subject: 'REDIRECT_REFUSED',
    caughtBy: refused,
    ...around('redirectInbox', async (input, send, { database }) => {
      const { people } = database.account(input.accountId)
      const before = input.to === null ? undefined : people.inboxes.get(input.to)
      if (before !== undefined) people.putInbox({ ...before, redirectedTo: null })
      try {
        return await send()
      } finally {
        if (before !== undefined) people.putInbox(before)
      }
    }),
  },
]

export const mongoRedirectMutants: readonly MongoMutant[] = [
  {
    bug: 'the destination is not locked before an inbox redirects',
    subject,
    caughtBy: circle,
    commands: [
      {
        of: 'inboxes',
        by: ['updateOne'],
        change: ({ filter, body }) => ('$inc' in Object(body) ? { filter: { ...filter, oa_id: 'none' } } : {}),
      },
    ],
    processes: 5,
    delayMs: 5,
    attempts: 20,
  },
  {
    bug: 'a redirected write holds no place in the inbox that it left',
    subject,
    caughtBy: strangers,
    commands: [
      {
        of: 'contact_inboxes',
        by: ['insertMany'],
        change: ({ body }) => ({
          body: Array.isArray(body) ? body.map((doc) => (String(doc._id).includes('held') ? { ...doc, customer_id: doc._id } : doc)) : body,
        }),
      },
    ],
    processes: 8,
    delayMs: 5,
    attempts: 20,
  },
  {
    bug: 'a destination redirects',
    subject: 'REDIRECT_REFUSED',
    caughtBy: refused,
    commands: [
      {
        of: 'inboxes',
        by: ['findOne'],
        change: ({ filter }) => ({ filter: 'redirected_to' in filter ? { ...filter, oa_id: 'none' } : filter }),
      },
    ],
  },
  {
    bug: 'a customer whom the inbox knows is looked for elsewhere',
    subject,
    caughtBy: noFurther,
    commands: [{ of: 'contact_inboxes', by: ['findOne'], change: ({ filter }) => ({ filter: { ...filter, customer_id: 'nobody' } }) }],
  },
  {
    bug: 'another account’s inbox is a destination',
    subject,
    caughtBy: foreign,
    commands: [
      {
        of: 'inboxes',
        by: ['findOne'],
        change: ({ filter }) => {
          const { accountId: _, ...anybody } = filter
          return { filter: 'redirected_to' in filter ? filter : anybody }
        },
      },
    ],
  },
]
