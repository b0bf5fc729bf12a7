import assert from 'node:assert/strict'
import type { ContractBackend, RawRow } from '../../../src/contract/index.js'
import { isConversationStoreError } from '../../../src/model/errors.js'
import type { ConversationAdapter } from '../../../src/store/adapter.js'
import { createConversationStore } from '../../../src/store/create-conversation-store.js'
import type { RetryOptions } from '../../../src/store/retry.js'
import { inOrder, storedState } from '../model/stored-state.js'
import type { Breakdown, Kind } from './breakdown.js'
import { oaId, type Scenario } from './scenarios.js'

/** A backend, and an adapter whose connection to it can fail. */
export interface BreakableBackend {
  readonly backend: ContractBackend
  readonly breakable: ConversationAdapter
  readonly breakdown: Breakdown
  /** Waits until the server has finished with what a lost connection sent. */
  settle(): Promise<void>
  close(): Promise<void>
}

const clock = () => new Date('2024-05-02T12:00:00Z')
const most = 120
let accounts = 0

/**
 * Fails at each statement of a write in turn. What is stored afterwards must be either what was there before or
 * everything that the write makes. If the call may be sent again, it must then succeed. Returns how many statements the
 * write had.
 */
export async function sweep(to: BreakableBackend, scenario: Scenario, kind: Kind): Promise<number> {
  const whole = await outcomeOf(to, scenario, null, {})
  assert.equal(whole.error, null, 'the write itself fails')
  assert.notDeepEqual(whole.after, whole.before, 'the write changes nothing')

  for (let statement = 1; statement < most; statement++) {
    const where = `${kind}, statement ${statement}`
    const once = await outcomeOf(to, scenario, { kind, statement }, { attempts: 1 })
    assert.deepEqual(once.before, whole.before, where)
    if (!once.isBroken) {
      assert.equal(once.error, null, where)
      assert.deepEqual(once.after, whole.after, where)
      return statement - 1
    }
    const isDone = JSON.stringify(once.after) === JSON.stringify(whole.after)
    if (!isDone) assert.deepEqual(once.after, whole.before, `${where}: a part of the write`)
    if (once.error === null) assert.ok(isDone, `${where}: the call succeeded and nothing was written`)
    else {
      assert.ok(isConversationStoreError(once.error), `${where}: ${String(once.error)}`)
      if (once.error.outcome === 'not_applied') assert.ok(!isDone, `${where}: ${once.error.code} says that nothing was written`)
    }

    const again = await outcomeOf(to, scenario, { kind, statement }, {})
    assert.equal(again.error, null, `${where}, sent again`)
    assert.deepEqual(again.after, whole.after, `${where}, sent again`)
  }
  assert.fail(`${scenario.write} has more than ${most} statements`)
}

interface Outcome {
  readonly before: unknown
  readonly after: unknown
  readonly error: unknown
  readonly isBroken: boolean
}

async function outcomeOf(
  { backend, breakable, breakdown, settle }: BreakableBackend,
  { prepare, act }: Scenario,
  at: { readonly kind: Kind; readonly statement: number } | null,
  retry: RetryOptions,
): Promise<Outcome> {
  const accountId = `crash-${++accounts}`
  let ids = 0
  const options = { clock, newId: () => `${accountId}-${String(++ids).padStart(4, '0')}`, retry: { baseMs: 0, maxMs: 5, ...retry } }
  const sound = createConversationStore({ adapter: backend.createAdapter(), ...options }).forAccount(accountId)
  const storeOfLongAgo = createConversationStore({ adapter: backend.createAdapter(), ...options, clock: () => new Date('2024-03-01') })
  const longAgo = storeOfLongAgo.forAccount(accountId)
  const brokenStore = createConversationStore({ adapter: breakable, ...options })
  const broken = brokenStore.forAccount(accountId)
  const state = async () => {
    const owner = await backend.raw.owner('sms', oaId)
    const leases = (await backend.raw.leases(accountId)).map(hoursOf)
    const claims = (await backend.raw.webhookJournal(accountId)).map(claimOf)
    return sameFor(accountId, {
      ...inOrder(await storedState(backend.raw, accountId)),
      leases,
      claims,
      owner: owner === null ? [] : [owner],
    })
  }
  await prepare(sound, longAgo, storeOfLongAgo.forOperator())
  const before = await state()
  // This call opens the connection first, because its statements would otherwise be counted with those of the write.
  await broken.countConversations()
  if (at) breakdown.arm(at.kind, at.statement)
  const error = await act(broken, brokenStore.forOperator()).then(
    () => null,
    (reason: unknown) => reason ?? new Error('rejected with nothing'),
  )
  const isBroken = breakdown.disarm()
  if (isBroken) await settle()
  const after = await state()
  // The next account connects the same inbox.
  await sound.disconnectInbox({ oaId }).catch(() => {})
  return { before, after, error, isBroken }
}

/** A lease goes by the database's own clock, so only the whole hours for which it was given are the same each time. */
function hoursOf({ kind, key, holder, token, acquired_at, expires_at }: RawRow): object {
  return { kind, key, holder, token, hours: Math.round((Number(expires_at) - Number(acquired_at)) / 3_600_000) }
}

/** For how many hours a body is claimed from now on. */
function claimOf({ id, due_at }: RawRow): object {
  return { id, hours: due_at === null ? null : Math.round((Number(due_at) - Date.now()) / 3_600_000) }
}

/** Replaces the account's id, so that the states of two accounts can be compared. */
function sameFor(accountId: string, state: object): unknown {
  return JSON.parse(JSON.stringify(state).replaceAll(accountId, 'account'))
}
