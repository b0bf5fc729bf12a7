import type { MigrationLogger } from './target.js'

export const silentLogger: MigrationLogger = { debug() {}, info() {}, warn() {}, error() {} }
