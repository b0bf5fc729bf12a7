import { pgliteBackend } from '../contract/pglite.js'
import { backends, type NamedBackend } from '../identities/backends.js'

/** All four backends. */
export const fourBackends: readonly NamedBackend[] = [...backends, { name: 'PGlite', isAbsent: false, open: pgliteBackend }]
