import { describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { expectOneClock, expectTokensToRise } from '../leases/kept-tokens.js'
import { engines } from './engines.js'
import { onServer, recordStatements, scratchPool } from './scratch-schema.js'

describe.each(engines)('leases on %s', (_, open) => {
  test('get ever higher tokens, also after their rows were deleted', async () => {
    const { adapter, query, schema } = await open()
    await expectTokensToRise(adapter, () => query(`delete from "${schema}".leases`))
  })

  test('go by the clock of the database alone', async () => {
    await expectOneClock((await open()).adapter)
  })
})

test('a lease that is held is looked at and not written, by one statement', async () => {
  const pool = scratchPool()
  const { adapter, query, schema } = await onServer({ pool })
  const account = createConversationStore({ adapter }).forAccount('acme')
  const lease = { kind: 'sync', key: 'page', ttlMs: 60_000 }
  await account.acquireLease({ ...lease, holder: 'a' })
  const rows = () => query(`select xmin::text from "${schema}".leases union all select xmin::text from "${schema}".lease_tokens`)
  const before = await rows()
  const sent = recordStatements(pool)
  for (let times = 0; times < 3; times++) await account.acquireLease({ ...lease, holder: 'b' })
  expect(sent).toHaveLength(3)
  expect(await rows()).toEqual(before)
})
