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

// Locales for which the server's language library has other defaults.
const tailored: Readonly<Record<string, Doc>> = {
  da: { caseFirst: 'upper' },
  mt: { caseFirst: 'upper' },
  fr_CA: { backwards: true },
  th: { alternate: 'shifted' },
}

/**
 * The text of a collation with everything that the server fills in. Null for no collation and for `simple`, which both
 * compare bytes. The version is left out, because the server sets it.
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
