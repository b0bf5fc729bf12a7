import { expect, test } from 'vitest'
import * as inModel from '../../src/model/phone-forms.js'
import * as inSql from '../../src/postgres/functions/expressions/phone-forms.js'
import { newPglite } from '../servers/pglite.js'

const ids = [
  ...['84912345678', '12025550123', '123456789012345', '1234567890123456', '123456', '0912345678', '551132345678'],
  ...['5511987654321', '551187654321', '5541991234567', '5511887654321', '5511932345678', '5501987654321'],
  ...['5491112345678', '541112345678', '5481112345678', '54911123456', '5215512345678', '525512345678', '5225512345678'],
].flatMap((digits) => [
  digits,
  `+${digits}`,
  `whatsapp:+${digits}`,
  `${digits}@s.whatsapp.net`,
  `${digits}:3@s.whatsapp.net`,
  `${digits}@lid`,
])

test('the functions read numbers, their forms and their variants as the model does', async () => {
  await using db = newPglite()
  const digits = inSql.digitsOf('i.id')
  const { rows } = await db.query(
    `select i.id, d.digits, v.variant, ${inSql.formsOf('d.digits')} as forms from unnest($1::text[]) with ordinality i(id, n)
     cross join lateral (select ${digits} as digits) d cross join lateral (select ${inSql.variantOf('d.digits')} as variant) v order by i.n`,
    [ids],
  )
  const should = ids.map((id) => {
    const number = inModel.digitsOf(id)
    const variant = number === null ? null : inModel.variantOf(number)
    return { id, digits: number, variant, forms: number === null ? [null, null, null, null] : inModel.formsOf(number) }
  })
  expect(rows).toEqual(should)
})
