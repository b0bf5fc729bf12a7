import { describe, expect, inject, test } from 'vitest'

describe('the servers of the stress run', () => {
  const old = inject('postgres12')
  test.skipIf(old.url === null)('the old PostgreSQL is a 12', () => {
    if (old.url === null) return
    expect(old.version).toMatch(/^12\./)
  })
})
