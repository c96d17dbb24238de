-- SPDX-License-Identifier: Apache-2.0
-- Cases with the same control stand together, so that one run of the control can close the bracket
-- of a case and open that of the next.
suite{
    name = "core",
    title = "What every board has to get right",
    members = {
        "POS-01", "POS-03",
        -- POS-01
        "PATH-01", "PATH-03", "PATH-05", "PATH-06", "PATH-08", "SIG-01",
        "TIME-01", "TIME-03", "TIME-04",
        "NAME-01", "NAME-03", "NAME-04", "NAME-07",
        "EXT-12", "EXT-17", "EXT-18",
        -- POS-03
        "PATH-07", "TIME-06", "EXT-02",
        -- POS-01/deep-host
        "NAME-09",
        -- POS-02
        "SIG-06", "SIG-09/rsa1024",
    },
}
