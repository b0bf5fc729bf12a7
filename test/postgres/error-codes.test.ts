import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createConversationStore, isConversationStoreError } from '../../src/index.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import { holding, rowOf } from './holding.js'
import { onServer, type ScratchSchema, scratchPool } from './scratch-schema.js'
import { stamp } from './seed.js'
import { sqlStates } from './sql-states.js'

const lostConnection = /^(08...|57P0[1245]|25P0[34]|40003)$/
const mayPassLater = /^(53300|57P03)$/
const contention = /^(40001|40P01|55P03|23505)$/

/** A schema in which a statement meets whatever error stands in the table `raised`. */
async function raisingSchema(pool = scratchPool({ max: 1 })): Promise<ScratchSchema & { raise(code: string | null): Promise<unknown> }> {
  const scratch = await onServer({ pool })
  const { schema } = scratch
  const other = scratchPool({ max: 1 })
  await other.query(`create table "${schema}".raised (code text);
    create function "${schema}".raise_it() returns boolean language plpgsql as $$ declare wanted text; begin
      select code into wanted from "${schema}".raised;
      if wanted is not null then
        raise exception 'a secret body' using errcode = wanted, detail = 'a secret row', hint = 'a secret hint';
      end if;
      return true;
    end $$;
    create function "${schema}".on_write() returns trigger language plpgsql as $$ begin perform "${schema}".raise_it(); return new; end $$;`)
  const raise = (code: string | null) =>
    other.query(`with gone as (delete from "${schema}".raised) insert into "${schema}".raised values ($1)`, [code])
  return { ...scratch, raise, query: async (text) => (await other.query(text)).rows }
}

const kinds: readonly {
  readonly kind: string
  readonly prepare: (schema: string) => string
  readonly isWrite: boolean
  readonly call: (account: AccountConversations, index: number) => Promise<unknown>
}[] = [
  {
    kind: 'a read',
    prepare: (schema) => `alter table "${schema}".conversations rename to stored;
      create view "${schema}".conversations as select stored.* from "${schema}".stored, "${schema}".raise_it() as raised(yes) where yes`,
    isWrite: false,
    call: (account) => account.countConversations(),
  },
  {
    kind: 'a patch',
    prepare: (schema) => `create trigger t before update on "${schema}".conversations for each row execute function "${schema}".on_write()`,
    isWrite: true,
    call: (account, index) => account.updateNickname({ oaId: 'page', customerId: 'lan', nickname: `nickname ${index}` }),
  },
  {
    kind: 'a call with events',
    prepare: (schema) => `create trigger t before insert on "${schema}".messages for each row execute function "${schema}".on_write()`,
    isWrite: true,
    call: (account, index) =>
      account.upsertConversationWithEvents({
        oaId: 'page',
        customerId: 'lan',
        events: [{ type: 'message', messageId: `m${index}`, text: 'a secret body' }],
      }),
  },
]

describe('every SQLSTATE of the server', () => {
  test.each(kinds)('that $kind meets is an error of the library, and leaves a sound pool', async ({ prepare, isWrite, call }) => {
    const pool = scratchPool({ max: 1 })
    const scratch = await raisingSchema(pool)
    const account = createConversationStore({ adapter: scratch.adapter, retry: { attempts: 1 } }).forAccount('acme')
    await account.upsertConversation({ oaId: 'page', customerId: 'lan' })
    await scratch.query(prepare(scratch.schema))
    expect(sqlStates.length).toBeGreaterThan(240)
    for (const [index, state] of sqlStates.entries()) {
      await scratch.raise(state)
      const error: unknown = await call(account, index).then(
        () => 'no error',
        (thrown: unknown) => thrown,
      )
      if (!isConversationStoreError(error)) throw new Error(`${state} came out as ${inspect(error)}`)
      const isLost = lostConnection.test(state)
      expect([state, error.outcome, error.code === 'COMMIT_OUTCOME_UNKNOWN']).toEqual(
        isLost && isWrite ? [state, 'unknown', true] : [state, 'not_applied', false],
      )
      const again = contention.test(state) || mayPassLater.test(state) || (isLost && !isWrite && state !== '25P04')
      expect([state, error.retryable]).toEqual([state, again])
      expect([state, inspect(error.cause, { depth: 9, showHidden: true })]).not.toEqual([
        state,
        expect.stringMatching(/^(22|23|P0)/.test(state) ? /secret/ : /secret (row|hint)/),
      ])
      if (isLost) expect([state, pool.totalCount]).toEqual([state, 0])
    }
    await scratch.raise(null)
    await call(account, sqlStates.length)
    expect(pool.totalCount).toBe(1)
  })
})

test('a connection that the server ended for its transaction_timeout is not used again', async () => {
  const scratch = await onServer()
  const { rows } = await scratch.pool.query<{ version: number }>(`select current_setting('server_version_num')::integer as version`)
  if ((rows[0]?.version ?? 0) < 170000) return
  const store = createConversationStore({ adapter: scratch.adapter })
  const { conversation } = await store.forAccount('acme').upsertConversation({ oaId: 'page', customerId: 'lan' })
  const held = await holding(rowOf(scratch, conversation.id))
  const pool = scratchPool({ max: 1, options: '-c transaction_timeout=100' })
  const { operations } = (await onServer({ pool, schema: scratch.schema })).adapter
  const rename = { ...stamp(), target: { conversationId: conversation.id }, expectedVersion: null, patch: { nickname: 'x' } }
  await expect(operations.updateConversation(rename)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', cause: { code: '25P04' } })
  await held.release()
  expect(await operations.updateConversation(rename)).toMatchObject({ outcome: 'updated' })
})
