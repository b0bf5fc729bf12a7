import { keptOutcomes } from '../../store/webhook-journal-port.js'
import { type Given, option } from './option.js'
import { ids, oneOf, oneOfMany, pastTime, trueOrFalse, waitTime, wholeNumber, word, yesOrName } from './value-kinds.js'

/** The options that only the command line has: which databases, how far, and how the command answers. */
export const commandFlags = {
  config: option(word('file'), { flag: 'config', about: 'the configuration file, instead of the one in this directory' }),
  publicOnly: option(trueOrFalse, { flag: 'public-only', about: 'the public database alone' }),
  tenantsOnly: option(trueOrFalse, { flag: 'tenants-only', about: 'the tenants alone' }),
  tenantIds: option(ids, { flag: 'tenant', about: 'these tenants alone, by their ids' }),
  retryFailed: option(trueOrFalse, { flag: 'retry-failed', about: 'only the tenants whose last run failed' }),
  collection: option(word(), { flag: 'collection', about: "only this collection's migrations, on MongoDB" }),
  table: option(word(), { flag: 'table', about: "only this table's indexes, on PostgreSQL" }),
  to: option(word('version'), { flag: 'to', about: 'up to this version, itself included' }),
  allowOutOfOrder: option(trueOrFalse, { flag: 'allow-out-of-order', about: 'run a migration before one that was applied already' }),
  servingRoles: option(ids, { flag: 'serving-role', about: 'grant these roles what they need to serve, on PostgreSQL' }),
  verbose: option(trueOrFalse, { flag: 'verbose', about: 'in a dry run, show the functions of the store in full' }),
  noCreate: option(trueOrFalse, { flag: 'no-create', about: 'fail a database or schema that is not there' }),
  prune: option(trueOrFalse, { flag: 'prune', about: 'drop the indexes that no migration declares, too' }),
  account: option(word('id'), { flag: 'account', about: 'the account whose bodies of webhooks, or whose inbox, are meant' }),
  allAccounts: option(trueOrFalse, { flag: 'all-accounts', about: 'the parts of all accounts, without what is in them' }),
  inbox: option(word('id'), { flag: 'inbox', about: 'the inbox, by the id that its channel gives it' }),
  resume: option(word('session'), { flag: 'resume', about: 'go on with this session' }),
  budget: option(waitTime(86_400_000), { flag: 'budget', about: 'end after so much time' }),
  incremental: option(trueOrFalse, { flag: 'incremental', about: 'only what changed since the last complete session began' }),
  expired: option(trueOrFalse, { flag: 'expired', about: 'the locks whose time is over, of all accounts' }),
  since: option(pastTime, { flag: 'since', about: 'only what was received since then' }),
  channel: option(word(), { flag: 'channel', about: 'only what this channel sent' }),
  outcome: option(oneOfMany(keptOutcomes), { flag: 'outcome', about: 'only what became' }),
  limit: option(wholeNumber({ least: 1, most: 100_000 }), { flag: 'limit', about: 'at most so many, the newest first' }),
  check: option(trueOrFalse, { flag: 'check', about: 'exit with 3 when something is pending, or a sync needs somebody' }),
  applied: option(trueOrFalse, { flag: 'applied', about: 'what the migration does was done by hand' }),
  rolledBack: option(trueOrFalse, { flag: 'rolled-back', about: 'what the migration did was undone by hand' }),
  forget: option(trueOrFalse, { flag: 'forget', about: 'the migration was taken out of the program' }),
  dropData: option(trueOrFalse, { flag: 'drop-data', about: 'drop what holds data, too, in the database that --yes=<name> names' }),
  apply: option(trueOrFalse, { flag: 'apply', about: 'do it; without this flag the command only plans' }),
  orphans: option(oneOfMany(['report', 'assign', 'quarantine', 'delete']), { flag: 'orphans', about: 'what becomes of the orphans' }),
  assign: option(word('account'), { flag: 'assign', about: 'the account that orphans get' }),
  archive: option(word('file'), { flag: 'archive', about: 'the file that keeps the orphans that are deleted, a line of JSON each' }),
  confirm: option(word('word'), { flag: 'confirm', about: 'DELETE, to delete orphans' }),
  over: option(oneOf(['active', 'all']), { flag: 'over', about: 'whether only active conversations are doubles, or all' }),
  enforce: option(oneOf(['index', 'key-column']), { flag: 'enforce', about: 'how the database refuses a second active conversation' }),
  prisma: option(oneOf(['6', '7']), { flag: 'prisma', about: 'the version of Prisma, for the change of schema.prisma' }),
  sql: option(trueOrFalse, { flag: 'sql', about: 'print one SQL text that does it, and do nothing' }),
  undo: option(trueOrFalse, { flag: 'undo', about: 'the way back' }),
  yes: option(yesOrName, { flag: 'yes', about: 'do not ask before something is undone, dropped or broken' }),
  json: option(trueOrFalse, { flag: 'json', about: 'the result as one JSON document' }),
  help: option(trueOrFalse, { flag: 'help', about: 'this text' }),
  version: option(trueOrFalse, { flag: 'version', about: 'the version of conversation-store' }),
}

export type CommandFlags = typeof commandFlags
export type Flags = Given<CommandFlags>
