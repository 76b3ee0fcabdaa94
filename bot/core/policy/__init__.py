"""Whom one may call, when, how often: one file a rule, each with its source. Pure.

The way in is `decide(recipient, policy, facts, now) -> Decision` in `decide`: `recipient` is a
number in E.164, `Policy` holds the settings, `Facts` what has to be looked up (counts, the
do-not-call entry, a pause, what Slack says of the requester, an approval). It is asked when a call
is asked for, when a time is picked, at *Call now* and at an approval's click, and again right
before each dial, as long as nothing of the call was sent. The decision is one of

- `Allowed`: dial it;
- `Held`: it waits until somebody resumes calls or approves it; a new request is told so, and is
  saved only in the latter case;
- `AtAnotherTime`: the person called may be called at `opens_at` (in UTC);
- `Refused`: never, with the fact it rests on.

`emergency.emergency(written, region)` answers for what is typed, before it is read as a number:
emergency numbers are no valid numbers. Facts become sentences in `bot.blocks.words.policy`.
"""
