import assert from 'node:assert/strict'
import { ConversationStoreError } from '../../model/errors.js'
import type { ConversationStore } from '../../store/create-conversation-store.js'
import type { CaseList } from '../contract-case.js'
import type { StoreOptions } from '../contract-context.js'
import { holds, only, rejects } from '../expectations.js'
import { interceptedAdapter } from '../intercepted-adapter.js'
import { soundReads, soundWrites } from '../sound-calls.js'

type Call = () => PromiseLike<unknown>
const patient: StoreOptions = { retry: { attempts: 3, baseMs: 0, maxMs: 0 } }

export const contentionCases: CaseList = [
  {
    title: 'is met by sending the same operation again, a bounded number of times',
    async run({ storeOver, scene }) {
      const sent: unknown[] = []
      const gaveWay = storeOver((adapter) => {
        return interceptedAdapter(adapter, async ({ input, send }) => {
          sent.push(input)
          if (sent.length < 3) throw new ConversationStoreError('CONTENTION', { attempts: 1 })
          return send()
        })
      }, patient)
      const { account, key, rows } = scene(gaveWay)
      assert.equal((await account.upsertConversation(key)).outcome, 'created')
      assert.equal(new Set(sent.map((input) => Reflect.get(Object(input), 'operationId'))).size, 1)
      only(await rows.conversations())
    },
  },
  {
    title: 'goes to the host, who may send the call again, when the attempts are spent',
    async run({ storeOver, scene }) {
      let sent = 0
      const refusing = storeOver((adapter) => {
        return interceptedAdapter(adapter, async () => {
          sent++
          throw new ConversationStoreError('CONTENTION', { attempts: 1 })
        })
      }, patient)
      const { account, key, rows } = scene(refusing)
      const error = await rejects(account.upsertConversation(key), 'CONTENTION', { attempts: 3 })
      assert.equal(sent, 3)
      assert.equal(error.retryable, true)
      assert.equal(error.outcome, 'not_applied')
      assert.deepEqual(await rows.conversations(), [])
    },
  },
  {
    title: 'goes to the host when the time of the call is up, whatever attempts are left, and each attempt has the same deadline',
    async run({ storeOver, scene }) {
      const deadlines = new Set<unknown>()
      // Even the shortest pause of a timer is a millisecond, so these attempts take much longer than the deadline.
      const attempts = 1000
      const refusing = storeOver(
        (adapter) =>
          interceptedAdapter(adapter, async ({ input }) => {
            deadlines.add(Reflect.get(Object(input), 'deadline'))
            throw new ConversationStoreError('CONTENTION', { attempts: 1 })
          }),
        { deadlineMs: 50, retry: { attempts, baseMs: 0, maxMs: 0 } },
      )
      const { account, key } = scene(refusing)
      const error = await rejects(account.upsertConversation(key), 'CONTENTION')
      assert.ok(error.details.attempts < attempts, 'every attempt was made')
      const [deadline] = deadlines
      assert.equal(typeof deadline, 'number')
      assert.equal(deadlines.size, 1)
    },
  },
]

export const unavailableCases: CaseList = [
  {
    title: 'is met by sending the call again, and told to the host when the server stays away',
    async run({ storeOver, scene }) {
      let isAway = true
      const flaky = storeOver((adapter) => {
        return interceptedAdapter(adapter, async ({ send }) => {
          if (isAway) throw new ConversationStoreError('UNAVAILABLE', { attempts: 1 }, { cause: new Error('ECONNREFUSED') })
          return send()
        })
      }, patient)
      const { account, key, rows } = scene(flaky)
      const error = await rejects(account.upsertConversation(key), 'UNAVAILABLE', { attempts: 3 })
      assert.equal(error.retryable, true)
      assert.equal(error.outcome, 'not_applied')
      await rejects(account.findByOaAndCustomer(key), 'UNAVAILABLE')
      assert.deepEqual(await rows.conversations(), [])
      isAway = false
      assert.equal((await account.upsertConversation(key)).outcome, 'created')
    },
  },
  {
    title: 'is what a server that does not answer comes to, for each method that reads or writes',
    needs: ['faults.unreachable'],
    async run({ faults, storeOver, scene }) {
      const adapter = await faults.unreachable()
      const { account, key } = scene(storeOver(() => adapter, { retry: { attempts: 2, baseMs: 0, maxMs: 0 } }))
      const calls = [...soundWrites(key), ...soundReads(key)]
      await Promise.all(calls.map(({ send }) => rejects(send(account), 'UNAVAILABLE', { attempts: 2 })))
      await adapter.close()
    },
  },
]

export const storeClosedCases: CaseList = [
  {
    title: 'is the answer to every call after close',
    async run({ store, scene }) {
      const ended = store()
      const { account, key, oaId, rows } = scene(ended)
      await ended.close()
      for (const { send } of [...soundWrites(key), ...soundReads(key)]) await rejects(send(account), 'STORE_CLOSED')
      // This leaves out `forAccount` and `using`, which send nothing, and `close`, because closing again is no error.
      const ofStore: { readonly [M in Exclude<keyof ConversationStore, symbol | 'forAccount' | 'using' | 'close'>]: Call } = {
        forOperator: () => ended.forOperator().listLeases(),
        findInboxOwner: () => ended.findInboxOwner({ channel: 'sms', oaId }),
        migrate: () => ended.migrate(),
        checkSchema: () => ended.checkSchema(),
      }
      for (const call of Object.values(ofStore)) await rejects(call(), 'STORE_CLOSED')
      assert.deepEqual(await rows.contactInboxes(), [])
      assert.deepEqual(await rows.inboxes(), [])
    },
  },
  {
    title: 'ends a list between two pages',
    async run({ store, scene }) {
      const ended = store()
      const { account, open, another } = scene(ended)
      await open()
      await another().open()
      const items = account.listConversations({ limit: 1 })[Symbol.asyncIterator]()
      holds((await items.next()).value, { status: 'open' })
      await ended.close()
      await rejects(items.next(), 'STORE_CLOSED')
    },
  },
]
