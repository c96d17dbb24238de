-- SPDX-License-Identifier: Apache-2.0
-- One thing, a heap of authorities, at as many places as there are authorities.
local function add(description, change)
    description.chain = {"leaf", "intermediate"}
    for i = 1, 100 do
        description.certs["ca" .. i] = change(i)
        description.chain[#description.chain + 1] = "ca" .. i
    end
    return description
end

local function paths(first)
    for i = 1, 100 do
        first[#first + 1] = "certs.ca" .. i
    end
    return first
end

scenario{
    id = "CHAIN-04/chain",
    title = "Chain of a hundred authorities",
    category = "robustness",
    severity = "S2",
    server = [[A hundred and one authorities have issued each other in a row, the last one by the
        trusted root. All are sent, about 45 KB.]],
    why = [[Each certificate costs a board a signature to verify: it may refuse, and must not be
        reset by its watchdog meanwhile.]],
    good = "Accepts or refuses within its usual time, and is ready for the next connection.",
    bad = "Runs out of memory or stack, is reset, or hangs.",
    spec = {"RFC 5280 section 6.1"},
    expect = "cope",
    flaw = "odd-certificate-crash",
    control = "POS-03",
    change = function(description)
        add(description, function(i)
            return {recipe = "intermediate", issuer = i < 100 and "ca" .. i + 1 or "bench-root",
                    key_label = "heap"}
        end)
        description.certs.intermediate.issuer = "ca1"
        return description
    end,
    differs = paths{"chain", "certs.intermediate.issuer"},
}

scenario{
    id = "CHAIN-04/same-name",
    title = "A hundred authorities with the same name",
    category = "robustness",
    severity = "S2",
    server = [[A hundred certificates of CAs with the same name are sent, all issued by the
        trusted root. The intermediate names that name as its issuer, and none of them has signed
        it.]],
    why = [[Whoever tries every issuer for every certificate verifies a hundred signatures before
        it can say no.]],
    good = "Finds that none of them is the issuer, gives up within its usual time, and closes.",
    bad = [[Hangs or is reset, or completes the handshake with an issuer that has the right name
        only.]],
    spec = {"RFC 5280 section 6.1.3 (a)(1)", "RFC 8446 section 4.4.2"},
    expect = "refuse",
    alerts = {"unknown_ca", "bad_certificate", "decrypt_error"},
    flaw = "intermediate-signature-unchecked",
    control = "POS-03",
    change = function(description)
        local name = "CN=Assay Bench Namesake CA,O=Assay Bench"
        local key_id = "00112233445566778899aabbccddeeff00112233"
        add(description, function(i)
            return {recipe = "intermediate", subject = name, key_label = "heap",
                    subject_key_id = key_id, not_after = "+" .. 1000 + i .. "d"}
        end)
        description.certs.namesake = {recipe = "root", subject = name}
        description.certs.intermediate.issuer = "namesake"
        description.certs.intermediate.authority_key_id = key_id
        return description
    end,
    differs = paths{"chain", "certs.intermediate.issuer",
                    "certs.intermediate.authority_key_id", "certs.namesake"},
}
