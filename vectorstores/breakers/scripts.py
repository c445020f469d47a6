"""What Redis runs: of the circuit of one embedder, a hash, which expires when it says nothing.

    failures first                 not open: how many in a row, and from when on
    since opened_at until times    open: since when nothing works, the last opening, how long it
                                   is, and how many there were in a row
    reason brief                   why, for operators and for anybody
    prober probing                 who may try after `until`, and until when nobody else

Times are in milliseconds, by the clock of whoever asks. A clock that is far ahead does little harm:
Redis forgets by its own.
"""

# The lines that say what is known: nothing of a circuit that is not open.
_TOLD = """
local function told(answer)
    local open = redis.call('HMGET', KEYS[1], 'since', 'until', 'reason', 'brief')
    if not open[1] then return {answer} end
    return {answer, open[1], open[2], open[3], open[4]}
end
"""

LOOK = _TOLD + "return told(0)"

# ARGV: now, who asks, how long a prober has. 1: go on.
ADMIT = (
    _TOLD
    + """
local now = tonumber(ARGV[1])
local open = redis.call('HMGET', KEYS[1], 'until', 'prober', 'probing')
if not open[1] then return told(1) end
if now < tonumber(open[1]) then return told(0) end
if open[2] and open[2] ~= ARGV[2] and now < tonumber(open[3]) then return told(0) end
redis.call('HSET', KEYS[1], 'prober', ARGV[2], 'probing', string.format('%d', now + ARGV[3]))
return told(1)
"""
)

# ARGV: who steps back.
STEP_BACK = """
if redis.call('HGET', KEYS[1], 'prober') == ARGV[1] then
    redis.call('HDEL', KEYS[1], 'prober', 'probing')
end
return 0
"""

# ARGV: now, when the request began, the seconds the service wishes for or '', 1 to open at once,
# the reason, its brief; then how many failures in a row open the circuit, over how long at least,
# the first and the longest wait that are not wished for, and how long to remember. 1: opened.
FAILED = (
    _TOLD
    + """
local now, began, wish = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local enough, span, shortest, longest, memory = unpack(ARGV, 7, 11)
local names = {'failures', 'first', 'since', 'until', 'times'}
local was = redis.call('HMGET', KEYS[1], unpack(names))
local failures, first = (tonumber(was[1]) or 0) + 1, math.min(tonumber(was[2]) or began, began)
local since, times = tonumber(was[3]) or first, tonumber(was[5]) or 0
local past = tonumber(was[4]) or 0
local function keep(ends, ...)
    redis.call('HSET', KEYS[1], ...)
    redis.call('PEXPIRE', KEYS[1], math.ceil(ends - now + memory))
end
local function ms(time) return string.format('%d', time) end
if times > 0 and began < past then  -- it was under way: nothing new, but perhaps the wish
    if wish and now + wish > past then keep(now + wish, 'until', ms(now + wish)) end
    return told(0)
end
local lasting = failures >= tonumber(enough) and now - first >= tonumber(span)
if not (times > 0 or ARGV[4] == '1' or lasting) then
    keep(now, 'failures', failures, 'first', ms(first))
    return told(0)
end
local ends = now + (wish or math.min(shortest * 2 ^ times, longest))
redis.call('DEL', KEYS[1])
keep(ends, 'since', ms(since), 'opened_at', ms(now), 'until', ms(ends), 'times', times + 1,
     'reason', ARGV[5], 'brief', ARGV[6])
return told(1)
"""
)

# ARGV: when the request began. What began before the circuit opened says nothing about now.
SUCCEEDED = (
    _TOLD
    + """
local opened_at = redis.call('HGET', KEYS[1], 'opened_at')
if opened_at and tonumber(ARGV[1]) < tonumber(opened_at) then return told(0) end
redis.call('DEL', KEYS[1])
return {opened_at and 1 or 0}
"""
)
