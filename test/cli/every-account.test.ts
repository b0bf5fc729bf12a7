import { expect, test } from 'vitest'
import { everyAccount } from '../../src/cli/every-account.js'

test.each([0, 1, 2, 3, 4, 5])('finds %i accounts, two with each call, none of them twice', async (count) => {
  const accounts = ['a', 'b', 'c', 'd', 'e'].slice(0, count)
  const find = async ({ after, limit }: { readonly after: string | null; readonly limit: number }) =>
    accounts.filter((accountId) => after === null || accountId > after).slice(0, limit)
  expect(await everyAccount(find, 2)).toEqual(accounts)
})
