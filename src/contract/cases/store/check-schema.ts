import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'

export const checkSchemaCases: CaseList = [
  {
    title: 'finds nothing missing and nothing different after migrate, and changes nothing itself',
    async run({ store }) {
      const checked = store()
      const { schema } = await checked.migrate()
      const report = { ok: true, schema, missing: [], different: [] }
      assert.deepEqual(await checked.checkSchema(), report)
      assert.deepEqual(await checked.checkSchema(), report)
    },
  },
  {
    title: 'names what an empty database lacks',
    needs: ['faults.schemaMissing'],
    async run({ faults, storeOver }) {
      const adapter = await faults.schemaMissing()
      const empty = storeOver(() => adapter)
      const { ok, schema, missing } = await empty.checkSchema()
      assert.equal(ok, false)
      assert.equal(schema, 0)
      assert.ok(
        missing.some((name) => name.includes('conversations')),
        missing.join(),
      )
      assert.ok(
        missing.some((name) => name.includes('inbox_owners')),
        missing.join(),
      )
      await empty.close()
    },
  },
]
