;;; SPDX-License-Identifier: GPL-3.0-or-later

;; A state of the world: the official channel of Guix at one of its commits.
(list (channel
        (name 'guix)
        (branch "master")
        (url "https://git.savannah.gnu.org/git/guix.git")
        (commit "eb34ff16cc9038880e87e1a58a93331fca37ad92")))
