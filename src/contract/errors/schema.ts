import assert from 'node:assert/strict'
import { ConversationStoreError, type ErrorCode, type ErrorDetails, isConversationStoreError } from '../../model/errors.js'
import type { CaseList } from '../contract-case.js'
import type { ContractContext } from '../contract-context.js'
import { said } from '../events.js'
import { column, present, rejects } from '../expectations.js'
import { interceptedAdapter } from '../intercepted-adapter.js'
import { soundReads, soundWrites } from '../sound-calls.js'

/**
 * Checks that the core passes on an adapter's error about its database unchanged and without a retry, because another
 * attempt would meet the same database.
 */
async function isHandedOn<C extends ErrorCode>({ storeOver, scene }: ContractContext, code: C, details: ErrorDetails[C]): Promise<void> {
  let sent = 0
  const refusing = storeOver((adapter) => {
    return interceptedAdapter(adapter, async () => {
      sent++
      throw new ConversationStoreError(code, details)
    })
  })
  const { account, key, rows } = scene(refusing)
  const error = await rejects(account.upsertConversation(key).catch(rethrown), code, details)
  assert.equal(sent, 1)
  assert.equal(error.retryable, false)
  assert.equal(error.outcome, 'not_applied')
  await rejects(account.findByOaAndCustomer(key).catch(rethrown), code, details)
  assert.deepEqual(await rows.conversations(), [])
}

function rethrown(error: unknown): never {
  throw error
}

export const unsupportedCases: CaseList = [
  {
    title: 'means that nothing was written: a call with events is applied whole, or refused whole',
    needs: ['events'],
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const written = { conversations: [{ ...key, events: [said('m2')] }] }
      const refusal: unknown = await write(said('m1')).catch((error: unknown) => error)
      if (isConversationStoreError(refusal, 'UNSUPPORTED')) {
        await rejects(account.bulkUpsertConversationsWithEvents(written), 'UNSUPPORTED')
        for (const table of [rows.conversations(), rows.contactInboxes(), rows.messages()]) assert.deepEqual(await table, [])
        throw refusal
      }
      await account.bulkUpsertConversationsWithEvents(written)
      assert.deepEqual(column(await rows.messages(), 'message_id'), ['m1', 'm2'])
    },
  },
  {
    title: 'is handed on as the adapter says it',
    run: (context) => isHandedOn(context, 'UNSUPPORTED', { operation: 'this call', needs: 'a replica set' }),
  },
]

export const schemaOutOfDateCases: CaseList = [
  {
    title: 'is the answer of a database that nobody migrated, and `migrate` is the remedy',
    needs: ['faults.schemaMissing'],
    async run({ faults, storeOver, scene }) {
      const adapter = await faults.schemaMissing()
      const empty = storeOver(() => adapter)
      const { account, key } = scene(empty)
      for (const { send } of [...soundWrites(key), ...soundReads(key)]) {
        const error = await rejects(send(account), 'SCHEMA_OUT_OF_DATE')
        assert.ok(error.details.missing.length > 0)
        assert.match(error.message, /migrate\(\)/)
        assert.equal(error.outcome, 'not_applied')
      }
      await empty.migrate()
      assert.equal((await account.upsertConversation(key)).outcome, 'created')
      await empty.close()
    },
  },
  {
    title: 'is handed on as the adapter says it',
    run: (context) => isHandedOn(context, 'SCHEMA_OUT_OF_DATE', { missing: ['table conversations'] }),
  },
]

export const foreignUniqueIndexCases: CaseList = [
  {
    title: 'is handed on as the adapter says it, once',
    run: (context) => isHandedOn(context, 'FOREIGN_UNIQUE_INDEX', { table: 'conversations', index: 'oa_id_1_customer_id_1' }),
  },
]

export const schemaTooNewCases: CaseList = [
  {
    title: 'keeps `migrate` off a database that a newer library migrated',
    needs: ['faults.schemaTooNew'],
    async run({ faults, storeOver }) {
      const adapter = await faults.schemaTooNew()
      const older = storeOver(() => adapter)
      const before = await older.checkSchema().catch((error: unknown) => error)
      const error = await rejects(older.migrate(), 'SCHEMA_TOO_NEW')
      assert.ok(error.details.found > error.details.supported)
      assert.deepEqual(await older.checkSchema().catch((again: unknown) => again), before)
      await older.close()
    },
  },
  {
    title: 'is handed on as the adapter says it',
    run: (context) => isHandedOn(context, 'SCHEMA_TOO_NEW', { found: 99, supported: 1 }),
  },
]

export const dataDirLockedCases: CaseList = [
  {
    title: 'names the process that holds a data directory, until it lets go',
    needs: ['faults.lockedDataDir'],
    async run({ faults }) {
      const { pid, open, release } = await faults.lockedDataDir()
      const error = await rejects(open(), 'DATA_DIR_LOCKED', { pid })
      assert.ok(present(error.details.dataDir).length > 0 && present(error.details.host).length > 0)
      await release()
      await open()
    },
  },
  {
    title: 'is handed on as the adapter says it',
    run: (context) => isHandedOn(context, 'DATA_DIR_LOCKED', { dataDir: './data', pid: 1, host: 'here' }),
  },
]
