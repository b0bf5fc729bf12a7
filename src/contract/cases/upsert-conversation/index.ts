import type { CaseList } from '../../contract-case.js'
import { channelCases } from './channels.js'
import { identityCases } from './identities.js'
import { onClosedCases } from './on-closed.js'
import { openingCases } from './opening.js'
import { patchCases } from './patches.js'
import { usernameRaceCases } from './username-races.js'
import { usernameCases } from './usernames.js'
import { valueCases } from './values.js'
import { versionCases } from './versions.js'
import { wallCases } from './walls.js'

export const upsertConversationCases: CaseList = [
  ...openingCases,
  ...patchCases,
  ...versionCases,
  ...onClosedCases,
  ...channelCases,
  ...identityCases,
  ...usernameCases,
  ...usernameRaceCases,
  ...valueCases,
  ...wallCases,
]
