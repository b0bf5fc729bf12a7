/** The cases of the contract that catch the planted bugs of undos of moves of inboxes. */
export const undoTitles = {
  unknown: 'finds no migration of another account to undo, nor one that is unknown',
  refused: 'is the answer for what is an undo itself, and for what was undone; what is not over is in progress',
  restored: 'gives a person back with all ids and conversations as they were, and takes the marks off',
  windows: 'puts the reply window of a move back whatever came since, and leaves that of a conversion as it is',
  opened: 'leaves what was opened since where it is, under copies of the person’s contact inboxes',
  whole: 'leaves people whole who came into the source again, became one with others, or were merged and opened others',
  others: 'leaves those who were there before, and those whom another migration has moved',
  passes: 'lets those wait for the next pass for whose copies a batch has no ids left',
  second: 'gives back what a second move took of people whom a first one has made one, and parts nobody for it',
} as const
