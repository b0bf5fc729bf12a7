import type { Doc } from '../../driver.js'
import { numberOf } from './shell-text.js'

/**
 * A text index's key and weights as the server stores them: `_fts` and `_ftsx` stand for the text fields, which the
 * weights name.
 */
export function textKey(key: Doc, declaredWeights: unknown): { readonly key: Doc; readonly weights: Doc | null } {
  const given = (typeof declaredWeights === 'object' && declaredWeights !== null ? declaredWeights : {}) as Doc
  if ('_fts' in key) return { key, weights: inOrder(given) }
  const fields = Object.entries(key)
  const texts = fields.filter(([, kind]) => kind === 'text').map(([field]) => field)
  if (texts.length === 0) return { key, weights: null }
  const first = fields.findIndex(([, kind]) => kind === 'text')
  const others = (part: readonly (readonly [string, unknown])[]) => Object.fromEntries(part.filter(([, kind]) => kind !== 'text'))
  return {
    key: { ...others(fields.slice(0, first)), _fts: 'text', _ftsx: 1, ...others(fields.slice(first)) },
    weights: inOrder({ ...Object.fromEntries(texts.map((field) => [field, 1])), ...given }),
  }
}

/** A text index's options, with the languages that the server fills in. */
export function textOptions(options: Doc, weights: Doc | null): Doc {
  if (weights === null) return {}
  return {
    weights,
    default_language: options.default_language ?? 'english',
    language_override: options.language_override ?? 'language',
  }
}

function inOrder(weights: Doc): Doc {
  const fields = Object.keys(weights).sort()
  return Object.fromEntries(fields.map((field) => [field, numberOf(weights[field]) ?? weights[field]]))
}
