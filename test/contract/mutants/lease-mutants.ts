import type { LeaseName } from '../../../src/index.js'
import { rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const acquire = 'acquireLease'
const starters = 'gives a lease to one of 50 who start at once, and tells the others who has it'
const told = 'tells who has a lease that is held, since when and until when, without the token, and leaves it as it is'
const over = 'gives a lease whose time is over to the next one, with a higher token'
const again = 'never gives a token again, however leases end'
const apart = 'keeps accounts, kinds and keys apart'
const lostReply = 'gives a lease once whose reply was lost, to the call that is sent again'
const frozen = 'refuses a holder that was frozen past its time all it can do, and fences it by its token'
const revived = 'renews a lease that ran out, as long as nobody else acquired it'
const foreignRenewal = 'renews no other account’s lease, nor one of another kind'
const freesNothing = 'frees nothing for a token that is not the holder’s, for another account or for another kind'
const overListed = 'tells that the time of a lease is over no sooner than another one can have it'
const listed = 'lists the leases of an account by kind and key, page by page, or those of one kind'

/** A call of this name that sends something else than the store does. */
export function answering(name: string, change: (input: Record<string, unknown>) => Record<string, unknown>): Pick<MemoryMutant, 'call'> {
  return { call: (call) => call.send(call.name === name ? change(call.input as Record<string, unknown>) : call.input) }
}

export const memoryLeaseMutants: readonly MemoryMutant[] = [
  {
    bug: 'a lease is taken from whoever holds it',
    subject: acquire,
    caughtBy: told,
    call: async (call, { database }) => {
      const { accountId, kind, key } = call.input as { accountId: string; kind: string; key: string }
      if (call.name === acquire) database.account(accountId).leases.remove({ kind, key })
      return call.send()
    },
  },
  {
    bug: 'a call that is sent again finds its lease held by itself',
    subject: acquire,
    caughtBy: lostReply,
    ...answering(acquire, (input) => ({ ...input, operationId: `${input.operationId} ${Math.random()}` })),
  },
  {
    bug: 'the next token is made of the lease that is there',
    subject: acquire,
    caughtBy: again,
    call: async (call, { database }) => {
      const { leases } = database.account((call.input as { accountId: string }).accountId)
      Object.assign(leases, { nextToken: (name: LeaseName) => (leases.find(name)?.token ?? 0) + 1 })
      return call.send()
    },
  },
  {
    bug: 'a lease is released whatever the token is',
    subject: 'releaseLease',
    caughtBy: freesNothing,
    call: async (call, { database }) => {
      const { accountId, kind, key, token } = call.input as { accountId: string; kind: string; key: string; token: number }
      const held = call.name === 'releaseLease' ? database.account(accountId).leases.find({ kind, key })?.token : token
      return call.send({ ...(call.input as object), token: held ?? token })
    },
  },
  {
    bug: 'a lease that ran out cannot be renewed',
    subject: 'renewLease',
    caughtBy: revived,
    call: async (call, { database }) => {
      const { accountId, kind, key } = call.input as { accountId: string; kind: string; key: string }
      const found = call.name === 'renewLease' ? database.account(accountId).leases.find({ kind, key }) : null
      return found !== null && found.expiresAt <= new Date() ? null : call.send()
    },
  },
  {
    bug: 'leases are listed in every kind',
    subject: 'listLeases',
    caughtBy: listed,
    ...answering('listLeases', (input) => ({ ...input, kind: null })),
  },
]

/** A bug in the text of a statement, or of a function. */
export const statement = (bug: string, subject: PostgresMutant['subject'], caughtBy: string, replace: string | RegExp, by: string) =>
  ({ bug, subject, caughtBy, statements: [{ replace, by }], attempts: 3 }) satisfies PostgresMutant
export const inFunction =
  (name: string, subject: PostgresMutant['subject']) => (bug: string, caughtBy: string, replace: string | RegExp, by: string) =>
    ({ bug, subject, caughtBy, functions: [{ name, replace, by }], attempts: 10 }) satisfies PostgresMutant
const acquiring = inFunction('acquire_lease', acquire)
const renewing = inFunction('renew_lease', 'renewLease')
const releasing = inFunction('release_lease', 'releaseLease')

export const postgresLeaseMutants: readonly PostgresMutant[] = [
  {
    bug: 'a lease is taken from whoever holds it',
    subject: acquire,
    caughtBy: told,
    functions: [
      { name: 'acquire_lease', replace: /l\.expires_at > date_trunc\([^)]*\(\)\)/, by: 'false' },
      { name: 'acquire_lease', replace: 'case when l.expires_at <= excluded.acquired_at', by: 'case when true' },
    ],
    attempts: 1,
  },
  acquiring('starters do not look at the lease again', starters, 'case when l.expires_at <= excluded.acquired_at', 'case when true'),
  acquiring('a lease whose time is over stays held', over, /and l\.expires_at > date_trunc\([^)]*\(\)\)/, ''),
  acquiring('the next token is not counted', again, 'set token = t.token + 1', 'set token = t.token'),
  acquiring(
    'a call that is sent again does not know its lease',
    lostReply,
    '(found.lease).operation_id = p_operation_id',
    'exists (select from taken)',
  ),
  acquiring('leases are one for all kinds', apart, 'l.kind = p_kind and', ''),
  renewing(
    'a renewal goes by no token',
    'throws LEASE_LOST once another one has the lease, once it was released, and for a token that nobody had',
    'and l.token = p_token',
    '',
  ),
  renewing(
    'a lease that ran out cannot be renewed',
    revived,
    'and l.token = p_token',
    'and l.token = p_token and l.expires_at > clock_timestamp()',
  ),
  renewing('a renewal goes by no account', foreignRenewal, 'l.account_id = p_account_id and', ''),
  releasing('a lease is released whatever the token is', freesNothing, 'and l.token = p_token', ''),
  statement(
    'leases of every account are listed',
    'listLeases',
    listed,
    /(expires_in_ms from [\s\S]*)where l\.account_id = (\$\d+)/,
    '$1where $2::text is not null',
  ),
  statement(
    'a lease is listed as over before another one can have it',
    'listLeases',
    overListed,
    /- date_trunc\('milliseconds', clock_timestamp\(\)\)\) \* 1000\)/,
    '- clock_timestamp()) * 1000 - 2)',
  ),
]

export const mongoLeaseMutants: readonly MongoMutant[] = [
  {
    bug: 'a lease is taken from whoever holds it',
    subject: acquire,
    caughtBy: told,
    commands: [
      {
        of: 'leases',
        by: ['findOneAndUpdate'],
        change: ({ body, options }) => (options.upsert ? { body: rewritten(body, (doc) => ('$or' in doc ? { $eq: [1, 1] } : doc)) } : {}),
      },
    ],
  },
  {
    bug: 'a lease whose time is over stays held',
    subject: acquire,
    caughtBy: over,
    commands: [
      {
        of: 'leases',
        by: ['findOneAndUpdate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('$lte' in doc ? { $eq: [{ $type: '$holder' }, 'missing'] } : doc)) }),
      },
    ],
  },
  {
    bug: 'the next token is not counted',
    subject: acquire,
    caughtBy: again,
    commands: [
      {
        of: 'leases',
        by: ['findOneAndUpdate'],
        change: ({ body }) => ({
          body: rewritten(body, (doc) => ('$add' in doc && JSON.stringify(doc).includes('$token') ? { $max: ['$token', 1] } : doc)),
        }),
      },
      {
        of: 'lease_tokens',
        by: ['findOneAndUpdate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('$max' in doc ? { $literal: 0 } : doc)) }),
      },
    ],
  },
  {
    bug: 'a call that is sent again takes a new token',
    subject: acquire,
    caughtBy: lostReply,
    commands: [
      { of: 'lease_tokens', by: ['findOneAndUpdate'], change: ({ options }) => ({ options: { ...options, projection: { token: 1 } } }) },
    ],
  },
  {
    bug: 'a renewal goes by no token',
    subject: acquire,
    caughtBy: frozen,
    commands: [{ of: 'leases', by: ['findOneAndUpdate'], change: ({ filter }) => ({ filter: without(filter, 'token') }) }],
  },
  {
    bug: 'a lease that ran out cannot be renewed',
    subject: 'renewLease',
    caughtBy: revived,
    commands: [
      {
        of: 'leases',
        by: ['findOneAndUpdate'],
        change: ({ filter }) => ('token' in filter ? { filter: { ...filter, $expr: { $gt: ['$expires_at', '$$NOW'] } } } : {}),
      },
    ],
  },
  {
    bug: 'a lease is released whatever the token is',
    subject: 'releaseLease',
    caughtBy: freesNothing,
    commands: [{ of: 'leases', by: ['updateOne'], change: ({ filter }) => ({ filter: without(filter, 'token') }) }],
  },
  {
    bug: 'a release leaves the holder',
    subject: 'releaseLease',
    caughtBy: 'frees a lease at once, and leaves nothing of it to see',
    commands: [{ of: 'leases', by: ['updateOne'], change: () => ({ body: [{ $unset: ['operation_id'] }] }) }],
  },
  {
    bug: 'leases of every account are listed',
    subject: 'listLeases',
    caughtBy: listed,
    commands: [{ of: 'leases', by: ['find'], change: ({ filter }) => ({ filter: without(filter, 'accountId') }) }],
  },
]
