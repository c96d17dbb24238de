-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-20",
    title = "Post-quantum key exchange on offer",
    category = "crypto",
    severity = "S4",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[What is recorded today can be read once quantum computers exist, unless a hybrid
        group is used.]],
    good = "Nothing to do yet: this is for information.",
    bad = "Nothing to do wrong yet.",
    spec = {"draft-ietf-tls-hybrid-design section 3"},
    expect = "observe",
    rules = {"post-quantum"},
    control = "POS-01",
}
