import { describe, expect, test } from 'vitest'
import { digitsOf, formsOf, isOtherForm, isVariantOf, variantOf } from '../../src/model/phone-forms.js'

const digits: readonly (readonly [id: string, digits: string | null])[] = [
  ['whatsapp:+84912345678', '84912345678'],
  ['+84912345678', '84912345678'],
  ['84912345678', '84912345678'],
  ['84912345678@s.whatsapp.net', '84912345678'],
  ['84912345678:17@s.whatsapp.net', '84912345678'],
  ['12025550123', '12025550123'],
  ['123456789012345', '123456789012345'],
  ['1234567890123456', null],
  ['123456', null],
  ['0912345678', null],
  ['+0912345678', null],
  ['84912345678@lid', null],
  ['84912345678@g.us', null],
  ['120363012345678901@g.us', null],
  ['84912345678@broadcast', null],
  ['whatsapp:84912345678', null],
  ['sms:+84912345678', null],
  ['+84 912 345 678', null],
  ['84-912345678', null],
  ['٨٤٩١٢٣٤٥٦٧٨', null],
  ['US.1234567890123', null],
  ['user', null],
  ['', null],
]

test.each(digits)('%j is the number %j', (id, number) => {
  expect(digitsOf(id)).toBe(number)
})

test('each form of a number is read as that number again, and they are different', () => {
  const forms = formsOf('84912345678')
  expect(forms.map(digitsOf)).toEqual(forms.map(() => '84912345678'))
  expect(new Set(forms).size).toBe(4)
})

const pairs: readonly (readonly [country: string, long: string, short: string])[] = [
  ['Brazil, São Paulo', '5511987654321', '551187654321'],
  ['Brazil, Curitiba', '5541991234567', '554191234567'],
  ['Brazil, the least mobile number', '5521960000000', '552160000000'],
  ['Argentina, Buenos Aires', '5491112345678', '541112345678'],
  ['Argentina, Córdoba', '5493511234567', '543511234567'],
  ['Mexico, Mexico City', '5215512345678', '525512345678'],
]

describe('a national variant', () => {
  test.each(pairs)('is another number, and its variant is the number again: %s', (_country, long, short) => {
    expect([variantOf(long), variantOf(short)]).toEqual([short, long])
  })

  test.each([
    ['a fixed line of Brazil', '551132345678'],
    ['Brazil with a ninth digit that is none', '5511887654321'],
    ['Brazil with nine digits of a fixed line', '5511932345678'],
    ['Brazil without an area', '5501987654321'],
    ['Argentina with another digit after 54', '5481112345678'],
    ['Argentina, too short', '54911123456'],
    ['Mexico with another digit after 52', '5225512345678'],
    ['the United States', '12025550123'],
    ['Vietnam', '84912345678'],
    ['Chile', '56912345678'],
    ['Peru, whose numbers look like Mexico’s', '51912345678'],
  ])('does not exist for %s', (_what, number) => {
    expect(variantOf(number)).toBeNull()
  })
})

const knows =
  (...ids: readonly string[]) =>
  (id: string) =>
    ids.includes(id)

describe('the destination knows a number', () => {
  test('in another form, and not in the one that it has in the source', () => {
    expect(isOtherForm('84912345678', knows('whatsapp:+84912345678'))).toBe(true)
    expect(isOtherForm('84912345678@s.whatsapp.net', knows('84912345678'))).toBe(true)
    expect(isOtherForm('84912345678', knows('84912345678'))).toBe(false)
    expect(isOtherForm('84912345678', knows('84912345679', '84912345678@lid'))).toBe(false)
    expect(isOtherForm('84912345678@lid', knows('84912345678'))).toBe(false)
  })

  test('in its other writing, only where each inbox knows one of the two, and not the same', () => {
    const [long, short] = ['5511987654321', '551187654321']
    const variant = (inSource: readonly string[], inDestination: readonly string[], id = long) =>
      isVariantOf(id, knows(...inSource), knows(...inDestination))
    expect(variant([long], [short])).toBe(true)
    expect(variant([long], [`whatsapp:+${short}`])).toBe(true)
    expect(variant([`${short}@s.whatsapp.net`], [long], `${short}@s.whatsapp.net`)).toBe(true)
    expect(variant([long, short], [short])).toBe(false)
    expect(variant([long, `+${short}`], [short])).toBe(false)
    expect(variant([long], [short, long])).toBe(false)
    expect(variant([long], [short, `+${long}`])).toBe(false)
    expect(variant([long], [])).toBe(false)
    expect(variant(['84912345678'], ['84912345679'], '84912345678')).toBe(false)
  })
})
