import { rejects } from 'node:assert/strict'
import { expect, test } from 'vitest'
import { type ChangedFunction, changeFunctions } from '../contract/mutants/mutated-postgres.js'
import { onServer } from './scratch-schema.js'
import { sendPayloads } from './sql-payloads.js'

/** So many payloads with this seed are sound in sql-payloads.test.ts. */
const payloads = 1000
const single = 'upsert_conversation_with_events'

const planted: readonly { readonly bug: string; readonly functions: readonly ChangedFunction[] }[] = [
  {
    bug: 'no value has a problem',
    functions: [{ name: 'problem_of', replace: "if v_type is null or v_type = 'null' then", by: 'if true then' }],
  },
  {
    bug: 'no item is looked at',
    functions: [{ name: 'require_within', replace: 'if (select bool_and(case', by: 'if true or (select bool_and(case' }],
  },
  {
    bug: 'every item is quickly taken',
    functions: [{ name: 'is_item_within', replace: 'if p_is_single then', by: 'return true; if p_is_single then' }],
  },
  { bug: 'every patch is quickly taken', functions: [{ name: 'is_patch_within', replace: 'return (case', by: 'return true or (case' }] },
  {
    bug: 'every event is quickly taken',
    functions: [{ name: 'is_event_within', replace: 'if v_type is null or', by: 'return true; if v_type is null or' }],
  },
  {
    bug: 'every single call is quickly taken',
    functions: [{ name: single, replace: "case when jsonb_typeof(payload) = 'object' and", by: 'case when true or' }],
  },
]

test.each(planted.map(({ bug, functions }) => [bug, functions] as const))(
  'random payloads find the planted bug: %s',
  async (_, functions) => {
    const scratch = await onServer()
    await changeFunctions(scratch, functions)
    await expect(sendPayloads(scratch, payloads)).rejects.toThrow('Property failed after')
  },
  180_000,
)

test('a bulk call finds the planted bug: its own keys are not looked at', async () => {
  const { query, schema } = await onServer()
  const call = { account_id: 'acme', conversations: [{ oa_id: 'page', customer_id: 'lan' }], default_on_closed: 'bogus' }
  const send = () => query(`select "${schema}".bulk_upsert_conversations_with_events($1)`, [JSON.stringify(call)])
  await rejects(send(), { code: '22023' })
  await changeFunctions({ query, schema }, [{ name: 'require_call', replace: 'if v_problem is not null then', by: 'if false then' }])
  await send()
})
