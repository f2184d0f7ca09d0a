package dev.migrationflags.boot.dashboard;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Import;

/**
 * The dashboard on the port of the actuator, where that has one of its own.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBean(Dashboard.class)
@Import({ DashboardRoutes.Servlet.class, DashboardRoutes.Reactive.class })
public class DashboardManagementConfiguration {

}
