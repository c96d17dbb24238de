-- SPDX-License-Identifier: Apache-2.0
scenario{
    id = "CH-19",
    title = "Clock in the ClientHello's random",
    category = "time",
    severity = "S4",
    server = [[Nothing of its own: the ClientHello of connections that the run makes anyway is
        read.]],
    why = [[TLS 1.2 puts the client's time into its random: a reading of the board's clock, for
        the bench and for everybody else.]],
    good = [[Sends a random of random bytes; the time there is allowed up to TLS 1.2, and told
        for information.]],
    bad = "Nothing to do wrong: this is for information.",
    spec = {"RFC 5246 section 7.4.1.2", "RFC 8446 section 4.1.2"},
    expect = "observe",
    rules = {"clock-in-random"},
    control = "POS-01",
}
