import type { Doc } from '../../driver.js'
import { shellText } from './shell-text.js'

const defaults: Doc = {
  caseLevel: false,
  caseFirst: 'off',
  strength: 3,
  numericOrdering: false,
  alternate: 'non-ignorable',
  maxVariable: 'punct',
  normalization: false,
  backwards: false,
}

// Where the server's library of languages has another default.
const tailored: Readonly<Record<string, Doc>> = {
  da: { caseFirst: 'upper' },
  mt: { caseFirst: 'upper' },
  fr_CA: { backwards: true },
  th: { alternate: 'shifted' },
}

/**
 * A collation with all that the server fills in; none, and `simple`, are the comparison of bytes. The version is the
 * server's own.
 */
export function collationForm(collation: unknown): string | null {
  if (typeof collation !== 'object' || collation === null) return null
  const { version: _, ...given } = collation as Doc
  const locale = String(given.locale)
  if (locale === 'simple') return null
  const full: Doc = { ...defaults, ...tailored[locale], ...given }
  return Object.keys(full)
    .sort()
    .map((field) => `${field}: ${shellText(full[field])}`)
    .join(', ')
}
