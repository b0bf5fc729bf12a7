// What src/model/phone-forms.ts decides, in SQL: test/postgres/phone-forms.test.ts holds the two against each other.

/** The digits of the number that an id is, or null. Nothing is captured, which takes four times as long as to match. */
export function digitsOf(id: string): string {
  return `case when ${id} ~ '^(?:whatsapp:[+]|[+])?[1-9][0-9]{6,14}$' then ltrim(${id}, 'whatsapp:+')
    when ${id} ~ '^[1-9][0-9]{6,14}(?::[0-9]+)?@s[.]whatsapp[.]net$' then split_part(split_part(${id}, '@', 1), ':', 1) end`
}

/** All forms in which a number may stand in an inbox. */
export function formsOf(digits: string): string {
  return `array[${digits}, '+' || ${digits}, 'whatsapp:+' || ${digits}, ${digits} || '@s.whatsapp.net']`
}

/** What tells ids of one kind apart: of a phone its number, in whatever form it is written. */
export function bareId(kind: string, id: string): string {
  return `case when ${kind} = 'phone' then coalesce(${digitsOf(id)}, ${id}) else ${id} end`
}

/** The other national writing of a number of Brazil, Argentina or Mexico, or null. */
export function variantOf(digits: string): string {
  return `case when ${digits} not like '5%' then null
    when ${digits} ~ '^55[1-9][0-9]9[6-9][0-9]{7}$' then left(${digits}, 4) || substr(${digits}, 6)
    when ${digits} ~ '^55[1-9][0-9][6-9][0-9]{7}$' then left(${digits}, 4) || '9' || substr(${digits}, 5)
    when ${digits} ~ '^549[1-8][0-9]{9}$' then '54' || substr(${digits}, 4)
    when ${digits} ~ '^54[1-8][0-9]{9}$' then '549' || substr(${digits}, 3)
    when ${digits} ~ '^521[1-9][0-9]{9}$' then '52' || substr(${digits}, 4)
    when ${digits} ~ '^52[1-9][0-9]{9}$' then '521' || substr(${digits}, 3) end`
}
