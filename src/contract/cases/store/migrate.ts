import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { racing } from '../../expectations.js'

export const migrateCases: CaseList = [
  {
    title: 'does nothing on a schema that is up to date, however many call it at once',
    async run({ store, scene }) {
      const { account, open } = scene()
      const opened = await open()
      const stores = [store(), store(), store(), store()]
      const reports = await racing(20, (index) => (stores[index % 4] ?? store()).migrate())
      for (const { applied, schema } of reports) {
        assert.deepEqual(applied, [])
        assert.equal(schema, reports[0]?.schema)
      }
      assert.deepEqual(await account.findConversation({ conversationId: opened.id }), opened)
    },
  },
  {
    title: 'makes the whole schema of an empty database, once, for 10 callers at once',
    needs: ['faults.schemaMissing'],
    async run({ faults, storeOver }) {
      const adapter = await faults.schemaMissing()
      const empty = storeOver(() => adapter)
      assert.equal((await empty.checkSchema()).ok, false)
      const reports = await racing(10, () => empty.migrate())
      assert.equal(reports.filter(({ applied }) => applied.length > 0).length, 1)
      assert.equal(new Set(reports.map(({ schema }) => schema)).size, 1)
      assert.deepEqual(await empty.checkSchema(), { ok: true, schema: reports[0]?.schema, missing: [], different: [] })
      const { outcome } = await empty.forAccount('a').upsertConversation({ oaId: 'o', customerId: 'c' })
      assert.equal(outcome, 'created')
      await empty.close()
    },
  },
]
