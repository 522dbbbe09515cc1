"""The operations on a queue of seeds, as scripts that its server runs: each happens whole or not at all, with nothing between.

A queue is a stream with one entry for each site that waits or is claimed, read by the consumer group `workers`. An entry that a
worker has claimed is pending, and the site's lock names the worker: `<worker> <time of the claim>`, the token of the claim. The
lock is the right to ask the site. It expires when nobody renews it, and by then the entry has been idle for as long. Only who has
the token, or owns the entry of a site without a lock, may end a claim. A lock that says `rest` keeps everybody off for the site's
delay.

KEYS: stream, known, open, outcomes, failed (`core.queue_url`). ARGV: prefix of the keys, then as each says.
"""

GROUP = "workers"

TOO_LATE = "TIMEOUT"
"""The start of the reply to a claim that nobody waits for any more."""

SUSPECT = 2
"""Workers that have died with a site, from which on it is crawled alone: others that they had are not to blame."""

_COMMON = (
    f"local GROUP, TOO_LATE, SUSPECT = '{GROUP}', '{TOO_LATE}', {SUSPECT}"
    """
if redis.replicate_commands then redis.replicate_commands() end  -- before Redis 7
local STREAM, KNOWN, OPEN, OUTCOMES, FAILED = unpack(KEYS)
local PREFIX = ARGV[1]
local function lock(site) return PREFIX .. 'lock:' .. site end
local function seeds(site) return PREFIX .. 'seeds:' .. site end
local function append(site) redis.call('HSET', OPEN, site, redis.call('XADD', STREAM, '*', 'site', site)) end
local function remove(id)
    redis.call('XACK', STREAM, GROUP, id)
    redis.call('XDEL', STREAM, id)
end
local function owns(worker, id) return id ~= '' and #redis.call('XPENDING', STREAM, GROUP, id, id, 1, worker) > 0 end
local function gone(id) return id ~= '' and #redis.call('XRANGE', STREAM, id, id) == 0 end
local function holds(worker, id, site, token)
    local holder = redis.call('GET', lock(site))
    return holder == token or (not holder and owns(worker, id))
end
local function rest(site, milliseconds)
    if milliseconds > 0 then redis.call('SET', lock(site), 'rest', 'PX', milliseconds) else redis.call('DEL', lock(site)) end
end
local function record(site, outcome, has_failed)
    redis.call('HINCRBY', OUTCOMES, outcome, 1)
    if has_failed then redis.call('HSET', FAILED, site, outcome) else redis.call('HDEL', FAILED, site) end
end
local function finish(id, site, count)
    remove(id)
    redis.call('LTRIM', seeds(site), count, -1)
    if redis.call('LLEN', seeds(site)) > 0 then append(site) else redis.call('HDEL', OPEN, site) end
end
"""
)

PUSH = (
    _COMMON
    + """
-- ARGV: site, comparison key, seed. 0 for a seed that is known, 1 for one more of a site that is open, 2 for a site to crawl.
local site, key, seed = ARGV[2], ARGV[3], ARGV[4]
if redis.call('SADD', KNOWN, key) == 0 then return 0 end
redis.call('RPUSH', seeds(site), seed)
if redis.call('HEXISTS', OPEN, site) == 1 then return 1 end
append(site)
return 2
"""
)

CLAIM = (
    _COMMON
    + """
-- ARGV: worker, milliseconds of a lease, sites held, sites at once, deliveries, whether to look for the sites of dead workers,
-- and the server's time in milliseconds by which the worker has given up waiting for an answer; 0 when it does not know the time.
-- The claims (entry, site, token, seeds, workers that died with it), the sites given up, how many entries wait, how many are
-- pending, and the time.
local worker, lease, held = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local at_once, deliveries = tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local milliseconds = time[1] * 1000 + math.floor(time[2] / 1000)
local deadline = tonumber(ARGV[8])
if deadline > 0 and milliseconds > deadline then return redis.error_reply(TOO_LATE .. ' nobody waits for this') end
local token = worker .. ' ' .. time[1]
local claims, given_up, alive = {}, {}, 0
redis.call('XGROUP', 'CREATECONSUMER', STREAM, GROUP, worker)
for _, fields in ipairs(redis.call('XINFO', 'CONSUMERS', STREAM, GROUP)) do
    local consumer = {}
    for n = 1, #fields, 2 do consumer[fields[n]] = fields[n + 1] end
    if consumer.name == worker or consumer.idle < lease then
        alive = alive + 1
    elseif consumer.pending == 0 and consumer.idle > 10 * lease then
        redis.call('XGROUP', 'DELCONSUMER', STREAM, GROUP, consumer.name)
    end
end
-- A fair share of what is left: the last sites of a list are for all, not for the first who comes.
local share = math.ceil(redis.call('XLEN', STREAM) / alive)
local wanted = math.min(at_once, math.max(share, 1)) - held
local function take(id, site, deaths)
    redis.call('SET', lock(site), token, 'PX', lease)
    claims[#claims + 1] = {id, site, token, redis.call('LRANGE', seeds(site), 0, -1), deaths}
end
local suspects_wait = false
local function site_of(id)
    local entry = redis.call('XRANGE', STREAM, id, id)[1]
    return entry and entry[2][1] == 'site' and redis.call('HGET', OPEN, entry[2][2]) == id and entry[2][2]
end
if ARGV[7] == '1' then
    for _, pending in ipairs(redis.call('XPENDING', STREAM, GROUP, 'IDLE', lease, '-', '+', 1000)) do
        local id, site = pending[1], site_of(pending[1])
        if not site then
            remove(id)
        elseif redis.call('EXISTS', lock(site)) == 0 then
            if pending[4] >= deliveries then
                record(site, 'given_up', true)
                finish(id, site, redis.call('LLEN', seeds(site)))
                given_up[#given_up + 1] = site
            elseif pending[4] >= SUSPECT and held + #claims > 0 then
                suspects_wait = true
            elseif #claims < wanted then
                redis.call('XCLAIM', STREAM, GROUP, worker, lease, id)
                take(id, site, pending[4])
                if pending[4] >= SUSPECT then wanted = #claims end
            end
        end
    end
end
-- Whoever has sites ends them before it takes one that may end it.
if suspects_wait then wanted = #claims end
local passed = {}
while #claims < wanted do
    local answer = redis.call('XREADGROUP', 'GROUP', GROUP, worker, 'COUNT', 1, 'STREAMS', STREAM, '>')
    if not answer then break end
    local id = answer[1][2][1][1]
    local site = site_of(id)
    if not site then
        remove(id)  -- a second entry of a site, or none of ours
    elseif redis.call('EXISTS', lock(site)) == 1 then
        remove(id)  -- it rests, or somebody reads a page of it that a seed of his leads to
        append(site)
        if passed[site] then break end
        passed[site] = true
    else
        take(id, site, 0)
    end
end
local pending = redis.call('XPENDING', STREAM, GROUP)[1]
return {claims, given_up, redis.call('XLEN', STREAM) - pending, pending, milliseconds}
"""
)

RENEW = (
    _COMMON
    + """
-- ARGV: worker, milliseconds of a lease, then entry (empty for a visit), site and token of each.
-- Of each: 1; 0 when it is another worker's; 2 when the entry is gone: it was ended before.
local worker, lease, renewed = ARGV[2], ARGV[3], {}
for n = 4, #ARGV, 3 do
    local id, site, token = ARGV[n], ARGV[n + 1], ARGV[n + 2]
    if holds(worker, id, site, token) then
        redis.call('SET', lock(site), token, 'PX', lease)
        if id ~= '' then redis.call('XCLAIM', STREAM, GROUP, worker, 0, id, 'JUSTID') end
        renewed[#renewed + 1] = 1
    else
        renewed[#renewed + 1] = gone(id) and 2 or 0
    end
end
return renewed
"""
)

FINISH = (
    _COMMON
    + """
-- ARGV: worker, entry, site, token, milliseconds to rest, seeds done, outcome, whether it failed.
-- 1; 0 when the claim is another worker's; 2 when the entry is gone: it was ended before.
local worker, id, site, token = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if not holds(worker, id, site, token) then return gone(id) and 2 or 0 end
record(site, ARGV[8], ARGV[9] == '1')
finish(id, site, tonumber(ARGV[7]))
rest(site, tonumber(ARGV[6]))
return 1
"""
)

GIVE_BACK = (
    _COMMON
    + """
-- ARGV: worker, entry, site, token, milliseconds to rest. 1; 0 when the claim is no longer the worker's.
local worker, id, site, token = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if not holds(worker, id, site, token) then return 0 end
remove(id)
append(site)
rest(site, tonumber(ARGV[6]))
return 1
"""
)

VISIT = (
    _COMMON
    + """
-- ARGV: worker, milliseconds of a lease, site. The token; empty when the site is somebody's.
local token = ARGV[2] .. ' visits ' .. redis.call('TIME')[1]
return redis.call('SET', lock(ARGV[4]), token, 'NX', 'PX', ARGV[3]) and token or ''
"""
)

LEAVE = (
    _COMMON
    + """
-- ARGV: site, token, milliseconds to rest.
if redis.call('GET', lock(ARGV[2])) == ARGV[3] then rest(ARGV[2], tonumber(ARGV[4])) end
return 1
"""
)

SIGN_OFF = (
    _COMMON
    + """
-- ARGV: worker. Its name goes, unless it has entries: they would go too.
if #redis.call('XPENDING', STREAM, GROUP, '-', '+', 1, ARGV[2]) == 0 then
    redis.call('XGROUP', 'DELCONSUMER', STREAM, GROUP, ARGV[2])
end
return 1
"""
)
