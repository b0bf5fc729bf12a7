/**
 * The forms in which providers of WhatsApp name one phone number: `whatsapp:+84…` and `+84…` (Twilio), `84…` (Cloud,
 * 360dialog) and `84…@s.whatsapp.net` (Evolution). They match people, and nothing is ever rewritten by them.
 */
const forms = [
  (digits: string) => digits,
  (digits: string) => `+${digits}`,
  (digits: string) => `whatsapp:+${digits}`,
  (digits: string) => `${digits}@s.whatsapp.net`,
]

/** A number with its country code has 7 to 15 digits, and none begins with 0. */
const numbers = [/^(?:whatsapp:\+|\+)?([1-9]\d{6,14})$/, /^([1-9]\d{6,14})(?::\d+)?@s\.whatsapp\.net$/]

/** The digits of the number that a customer's id is. Null for other ids, as those of accounts and of groups. */
export function digitsOf(customerId: string): string | null {
  for (const number of numbers) {
    const digits = number.exec(customerId)?.[1]
    if (digits !== undefined) return digits
  }
  return null
}

/** All forms in which a number may stand in an inbox. */
export function formsOf(digits: string): readonly string[] {
  return forms.map((form) => form(digits))
}

/** What tells ids of one kind apart: of a phone its number, in whatever form it is written. */
export function bareId({ id, kind }: { readonly id: string; readonly kind: string | null }): string {
  return kind === 'phone' ? (digitsOf(id) ?? id) : id
}

/**
 * The other way in which some countries' mobile numbers are written: without the ninth digit of Brazil, without the 9
 * after Argentina's 54, without the 1 after Mexico's 52, or with it. Null for any other number. Two people may have
 * the two numbers, so this proves nothing by itself (see `isVariantOf`).
 */
export function variantOf(digits: string): string | null {
  for (const { long, short, marked } of variants) {
    const [, country = '', rest = ''] = long.exec(digits) ?? []
    if (country !== '') return country + rest
    const [, before = '', after = ''] = short.exec(digits) ?? []
    if (before !== '') return before + marked + after
  }
  return null
}

const variants = [
  // The area code, the ninth digit, and a mobile number of the time before it, which begins with 6 to 9.
  { long: /^(55[1-9]\d)9([6-9]\d{7})$/, short: /^(55[1-9]\d)([6-9]\d{7})$/, marked: '9' },
  { long: /^(54)9([1-8]\d{9})$/, short: /^(54)([1-8]\d{9})$/, marked: '9' },
  { long: /^(52)1([1-9]\d{9})$/, short: /^(52)([1-9]\d{9})$/, marked: '1' },
]

/** The forms in which the number that a customer's id is may stand in another inbox, but for this one. */
export function otherFormsOf(customerId: string): readonly string[] {
  const digits = digitsOf(customerId)
  return digits === null ? [] : formsOf(digits).filter((form) => form !== customerId)
}

/** The forms of the other national writing of the number that a customer's id is. */
export function variantFormsOf(customerId: string): readonly string[] {
  const digits = digitsOf(customerId)
  const variant = digits === null ? null : variantOf(digits)
  return variant === null ? [] : formsOf(variant)
}

/** Which customers an inbox knows, of those that are asked about. */
type KnownIds = (customerId: string) => boolean

/** Whether the destination knows a number of the source in another form than the one that it has there. */
export function isOtherForm(customerId: string, inDestination: KnownIds): boolean {
  return otherFormsOf(customerId).some(inDestination)
}

/**
 * Whether the destination knows a number of the source in its other national writing. Both inboxes have to bear it out:
 * each knows exactly one of the two writings, and not the same. Where one of them knows both, these are two people, or
 * one whom somebody has to look at.
 */
export function isVariantOf(customerId: string, inSource: KnownIds, inDestination: KnownIds): boolean {
  const variants = variantFormsOf(customerId)
  const isInDestination = inDestination(customerId) || isOtherForm(customerId, inDestination)
  return variants.some(inDestination) && !isInDestination && !variants.some(inSource)
}
