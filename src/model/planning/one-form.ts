import type { CustomerIdentity } from '../identities.js'
import { digitsOf } from '../phone-forms.js'
import type { IdentityMark } from './rows.js'

/**
 * The marks of a person of whom each number is current in one form: that in which it is among the given ids, the first
 * of them. Its other forms are former since `at`. A number that is not given stays as it is.
 */
export function inOneForm(
  marks: readonly IdentityMark[],
  given: readonly Pick<IdentityMark | CustomerIdentity, 'id' | 'kind'>[],
  at: Date,
): readonly IdentityMark[] {
  const forms = new Map<string, string>()
  for (const { id, kind } of given) {
    const digits = kind === 'phone' ? digitsOf(id) : null
    if (digits !== null && !forms.has(digits)) forms.set(digits, id)
  }
  if (forms.size === 0) return marks
  return marks.map((mark) => {
    if (mark.kind !== 'phone' || mark.formerSince !== null) return mark
    const form = forms.get(digitsOf(mark.id) ?? '')
    return form === undefined || form === mark.id ? mark : { ...mark, formerSince: at }
  })
}

/**
 * A mark of a person who is parted from another, as it is `now`. A number that was current before, and is former since
 * the other one has it in another form, is current again.
 */
export function inOwnForm(before: IdentityMark, now: IdentityMark, others: readonly IdentityMark[]): IdentityMark {
  if (before.formerSince !== null || now.formerSince === null || now.kind !== 'phone') return now
  const isSame = ({ id, kind }: IdentityMark) => kind === 'phone' && id !== now.id && digitsOf(id) === digitsOf(now.id)
  return digitsOf(now.id) !== null && others.some(isSame) ? { ...now, formerSince: null } : now
}
